"""Finding complaints and callers by what somebody says on the phone: a number, a phone, a name, an account.

Every function starts from `visible_to`: what it leaves out is not found either.
"""

import re

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q, QuerySet

from complaints.models import Complaint, Customer, Handoff, User

REFERENCE = re.compile(r"(?:c\s*)?(?:(?P<year>\d{2})\s*[-\u2013]\s*)?0*(?P<number>\d{1,9})", re.IGNORECASE)
TELEPHONE = re.compile(r"[+\d][\d\s().\u2013-]*")
TRUNK = re.compile(r"^(?:00)?(?P<country>62|60)0")
"""A country code and the 0 it stands for, both: +62 0812."""

FEWEST_DIGITS = 4
WHOLE_NUMBER = 8
"""From so many digits on, what was typed is somebody's number and not only the end of it."""

FORMS_OF_ADDRESS = frozenset(
    ["bu", "ibu", "pak", "bapak", "sdr", "sdri", "encik", "en", "puan", "pn", "tuan", "cik", "mr", "mrs", "ms"]
)


def complaints(user: User, typed: str) -> QuerySet[Complaint]:
    """Those with this reference (also `388`, `c26-388`), and those of the customers it finds; newest first."""
    of_customers = Q(customer__in=customers(user, typed).order_by().values("pk"))
    return (
        Complaint.objects.visible_to(user)
        .filter(Q(reference__in=references(typed)) | of_customers)
        .for_list()
        .order_by("-received_at", "-pk")
    )


def complaint(user: User, typed: str) -> Complaint | None:
    """The one complaint a full reference, year and number, names."""
    match = REFERENCE.fullmatch(typed.strip())
    if not (match and match["year"]):
        return None
    return Complaint.objects.visible_to(user).filter(reference__in=references(typed)).first()


def is_full_reference(typed: str) -> bool:
    """With its C and its year: nobody's phone number looks like that."""
    match = REFERENCE.fullmatch(typed.strip())
    return bool(match and match["year"]) and typed.strip()[0] in "cC"


def customers(user: User, typed: str) -> QuerySet[Customer]:
    """By any last digits of a phone, by account number, or by name, best match first."""
    typed = typed.strip()
    visible = Customer.objects.visible_to(user)
    by_account = Q(account_number__in={typed, typed.upper()}) if typed else Q(pk=None)
    ends = phone_ends(typed)
    if ends:
        by_phone = Q(pk=None)
        for end in ends:
            by_phone |= Q(phones__reversed_digits__startswith=end[::-1])
        return visible.filter(by_phone | by_account).distinct().order_by("full_name", "pk")
    name = _bare_name(typed)
    if not name:
        return visible.filter(by_account).order_by("pk")
    by_name = Q(full_name__iregex=re.escape(name)) | Q(full_name__trigram_word_similar=name)
    likeness = TrigramWordSimilarity(name, "full_name")
    return visible.filter(by_name | by_account).order_by(likeness.desc(), "full_name", "pk")


def callers(user: User, typed: str) -> QuerySet[Customer]:
    """The customers it finds, and the one whose complaint has this reference."""
    named = Complaint.objects.visible_to(user).filter(reference__in=references(typed))
    found = customers(user, typed)
    if not references(typed):
        return found
    either = Q(pk__in=found.order_by().values("pk")) | Q(complaints__in=named)
    return Customer.objects.visible_to(user).filter(either).distinct().order_by("full_name", "pk")


def handoffs(user: User, typed: str) -> QuerySet[Handoff]:
    """Handoffs this person sees, by the reference of their complaint: all that a department finds."""
    visible = Handoff.objects.visible_to(user).filter(complaint__reference__in=references(typed))
    return visible.select_related("complaint", "department").order_by("-sent_at")


def references(typed: str) -> list[str]:
    """What this may be the reference of. One sequence numbers all years, so a bare number names one complaint."""
    match = REFERENCE.fullmatch(typed.strip())
    if not match:
        return []
    years = [match["year"]] if match["year"] else [f"{year:02}" for year in range(100)]
    return [f"C{year}-{int(match['number']):06}" for year in years]


def phone_ends(typed: str) -> list[str]:
    """The digits a number may end in, as it is kept: without the 0 that stands for the country code."""
    if not TELEPHONE.fullmatch(typed.strip()):
        return []
    digits = re.sub(r"\D", "", typed)
    if len(digits) < FEWEST_DIGITS:
        return []
    bare = TRUNK.sub(lambda found: found["country"], digits).lstrip("0")
    return sorted({digits, bare}) if len(digits) >= WHOLE_NUMBER else [digits]


def is_whole_phone(typed: str) -> bool:
    return any(len(end) >= WHOLE_NUMBER for end in phone_ends(typed))


def _bare_name(typed: str) -> str:
    """The name without "Bu" or "Encik", which is kept beside it."""
    words = typed.split()
    while len(words) > 1 and words[0].lower().rstrip(".") in FORMS_OF_ADDRESS:
        words = words[1:]
    return " ".join(words)
