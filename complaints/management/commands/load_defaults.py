"""What the product needs to run at all: made here, never by a migration. Idempotent."""

from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext_noop as _

from complaints.models import Authority, Category, CauseCategory, Department, Membership, User

SYSTEM_EMAIL = "system@tuntas.invalid"
VOICES = {User.Voice.CUSTOMER: "Customer", User.Voice.OUTSIDE: "Outside party"}

CATEGORIES = [
    (_("Wrong information was given"), True),
    (_("Charged twice"), False),
    (_("Late delivery"), False),
    (_("Product is faulty"), False),
    (_("Repair or installation"), False),
    (_("Staff conduct"), False),
    (_("Price or promotion"), False),
    (_("No answer"), False),
    (_("Other"), False),
]

# standards.md section 6: service 6M, with branches of their own for misinformation and for the way of use.
# (name, blames a person, is misinformation, children)
CAUSES: list[tuple[str, bool, bool, list[tuple[str, bool]]]] = [
    (_("People"), True, False, [(_("Skill or knowledge"), True), (_("Conduct"), True), (_("Slip or oversight"), True)]),
    (
        _("Method"),
        False,
        False,
        [(_("Procedure"), False), (_("Policy"), False), (_("Handover between departments"), False)],
    ),
    (_("System and equipment"), False, False, []),
    (_("Product and supplier"), False, False, []),
    (_("Data and billing"), False, False, []),
    (_("Surroundings and third parties"), False, False, []),
    (
        _("Wrong information"),
        False,
        True,
        [(_("Promoter"), False), (_("Shop"), False), (_("Campaign"), False), (_("Call centre"), False)],
    ),
    (_("Unclear information"), False, True, []),
    (_("Way of use"), False, False, []),
    (_("Not found"), False, False, []),  # stands only with a supervisor's yes
]

NOT_FOUND = "Not found"

LIMITS = {
    "IDR": {
        Membership.Role.AGENT: "500000",
        Membership.Role.SUPERVISOR: "5000000",
        Membership.Role.MANAGER: "100000000",
    },
    "MYR": {Membership.Role.AGENT: "150", Membership.Role.SUPERVISOR: "1500", Membership.Role.MANAGER: "30000"},
}


class Command(BaseCommand):
    help = "Make the system's users, the categories, the causes and the authority limits, where they are not there yet."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        User.objects.get_or_create(
            is_system=True, defaults={"email": SYSTEM_EMAIL, "full_name": "Tuntas", "is_active": False}
        )
        for voice in User.Voice:
            User.objects.get_or_create(
                speaks_for=voice,
                defaults={"email": f"{voice}@tuntas.invalid", "full_name": VOICES[voice], "is_active": False},
            )
        if not Department.objects.exists():
            Department.objects.create(name="Customer care", takes_complaints=True)
        for name, is_misinformation in CATEGORIES:
            Category.objects.get_or_create(name=name, defaults={"is_misinformation": is_misinformation})
        for name, blames, is_misinformation, children in CAUSES:
            flags = {
                "blames_a_person": blames,
                "is_misinformation": is_misinformation,
                "is_undetermined": name == NOT_FOUND,
            }
            parent, _made = CauseCategory.objects.get_or_create(name=name, parent=None, defaults=flags)
            for child, child_blames in children:
                flags = {"blames_a_person": child_blames, "is_misinformation": is_misinformation}
                CauseCategory.objects.get_or_create(name=child, parent=parent, defaults=flags)
        for currency, roles in LIMITS.items():
            for role, limit in roles.items():
                Authority.objects.get_or_create(role=role, currency=currency, defaults={"limit": Decimal(limit)})
