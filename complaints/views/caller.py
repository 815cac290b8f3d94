"""Who is on the phone: what is open, what was told, what was not kept. Shown before the agent speaks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.utils.translation import gettext as _

from complaints.models import Complaint, Contact, Customer, User
from complaints.querysets import ComplaintQuerySet
from complaints.workflow import HandoffState, PromiseState, Status

MANY = timedelta(days=30)
ONE_TOO_MANY = 3
CLOSED_SHOWN = 5
WITH_DEPARTMENT = (HandoffState.OFFERED, HandoffState.ACCEPTED)


@dataclass(frozen=True)
class Alarm:
    """This call is the third (or later) about a complaint that is not answered yet (0.11)."""

    complaint: Complaint
    say: str
    last: Contact | None
    kept: str  # the promise that was not kept, as a sentence


class Caller:
    """One customer as the person at the desk may see them; read once per page."""

    def __init__(self, customer: Customer, user: User, at: datetime) -> None:
        self.customer = customer
        self.user = user
        self.at = at

    @cached_property
    def open(self) -> list[Complaint]:
        """Open complaints, the one that is due first on top."""
        rows = self._complaints().open().select_related("next_step")
        rows = rows.prefetch_related("contacts__by", "promises", "handoffs__department")
        return sorted(rows, key=lambda complaint: (due_at(complaint) or complaint.received_at, complaint.pk))

    @cached_property
    def closed(self) -> list[Complaint]:
        return list(self._complaints().filter(status=Status.CLOSED).order_by("-closed_at")[:CLOSED_SHOWN])

    @cached_property
    def recent_contacts(self) -> int:
        return Contact.objects.visible_to(self.user).filter(customer=self.customer, at__gte=self.at - MANY).count()

    @cached_property
    def choices(self) -> list[tuple[Complaint, str]]:
        return [(complaint, where_now(complaint)) for complaint in self.open]

    @cached_property
    def alarms(self) -> list[Alarm]:
        return [alarm for complaint in self.open if (alarm := alarm_of(complaint, self.at))]

    def _complaints(self) -> ComplaintQuerySet:
        return Complaint.objects.visible_to(self.user).filter(customer=self.customer).for_list()


def due_at(complaint: Complaint) -> datetime | None:
    step = getattr(complaint, "next_step", None)
    return step.due_at if step else None


def where_now(complaint: Complaint) -> str:
    """ "with Sales", "waiting for the customer": where a complaint stands, in two words."""
    step = getattr(complaint, "next_step", None)
    match step.waits_for if step else "us":
        case "department":
            names = [each.department.name for each in complaint.handoffs.all() if each.state in WITH_DEPARTMENT]
            return _("with %(department)s") % {"department": ", ".join(names)} if names else _("with a department")
        case "customer":
            return _("waiting for the customer")
        case "supervisor":
            return _("waiting for a decision")
        case _:
            return _("with us")


def alarm_of(complaint: Complaint, at: datetime) -> Alarm | None:
    """Counts the inbound contacts of this cycle that were not answers to us; this call would be one more."""
    if complaint.status not in (Status.RECEIVED, Status.IN_PROGRESS):
        return None
    contacts = [each for each in complaint.contacts.all() if each.cycle == complaint.cycle]
    calls = [each for each in contacts if each.is_inbound and not each.answers_us]
    number = len(calls) + 1
    if number < ONE_TOO_MANY:
        return None
    told = [each for each in contacts if not each.is_inbound and each.reached]
    days = (at - calls[0].at).days
    which = _("Third contact") if number == ONE_TOO_MANY else _("Contact no. %(number)d") % {"number": number}
    spread = _("in %(days)d days") % {"days": days} if days > 1 else _("since yesterday") if days else _("today")
    say = _("%(which)s %(spread)s, about") % {"which": which, "spread": spread}
    return Alarm(complaint, say, told[-1] if told else None, _not_kept(complaint, at))


def _not_kept(complaint: Complaint, at: datetime) -> str:
    """The latest promise whose time has passed, whether or not the sweep has been there yet."""
    broken = [
        promise
        for promise in complaint.promises.all()
        if promise.state == PromiseState.MISSED or promise.is_overdue(at)
    ]
    if not broken:
        return ""
    return _("Promised: %(promise)s, not kept") % {"promise": max(broken, key=lambda each: each.due_at).words}
