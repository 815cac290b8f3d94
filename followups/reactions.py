"""What follows from the timeline for what we still owe: rows only, in the same transaction. Safe to run twice."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.dispatch import receiver
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.kinds import Kind
from complaints.models import Complaint, Contact, Event, Message, Offer, User
from complaints.timeline import recorded
from complaints.workflow import Outcome
from followups import timing
from followups.actions.follow_up import plan_follow_up, void_follow_ups
from followups.actions.promise import make_promise, release_all, settle_delivery
from followups.actions.survey import cancel_survey, letter_did_not_arrive, plan_survey
from followups.models import FollowUp, Promise


def promise_from_contact(event: Event, complaint: Complaint) -> None:
    """A contact that carries a promise makes it an object with an owner."""
    contact = Contact.objects.get(pk=event.subject_id or 0)
    if contact.promised and contact.promised_by and not Promise.objects.filter(contact=contact).exists():
        make_promise(
            complaint,
            by=User.objects.system(),
            words=contact.promised,
            due_at=contact.promised_by,
            owner=complaint.owner,
            contact=contact,
        )


def promise_from_offer(event: Event, complaint: Complaint) -> None:
    """`deliver_by` of an accepted offer becomes a promise, in the customer's language."""
    offer = Offer.objects.get(pk=event.subject_id or 0)
    if not complaint.promises.filter(offer=offer).exists():
        with translation.override(complaint.customer.language):
            words = _("what we agreed reaches you: %(offer)s") % {"offer": offer}
        make_promise(
            complaint,
            by=User.objects.system(),
            words=words,
            due_at=offer.deliver_by,
            owner=complaint.owner,
            offer=offer,
        )


def delivery_settles_the_promise(event: Event, complaint: Complaint) -> None:
    settle_delivery(event.subject_id or 0, complaint, by=event.by)


def failure_releases_the_promise(event: Event, complaint: Complaint) -> None:
    release_all(complaint, by=User.objects.system(), offer_id=event.subject_id)


def resolved_plans_what_we_ask(event: Event, complaint: Complaint) -> None:
    if complaint.resolved_at:
        due_at = timing.check_due(complaint.resolved_at, ZoneInfo(settings.SITE_TIME_ZONE))
        plan_follow_up(complaint, kind=FollowUp.Kind.CHECK, due_at=due_at, by=event.by)
        plan_survey(complaint, by=event.by)


def closing_by_exception_ends_what_we_owe(event: Event, complaint: Complaint) -> None:
    """A check still due outlives an ordinary closing (section 4); an exception voids it and releases promises."""
    if complaint.outcome != Outcome.ACCEPTED:
        release_all(complaint, by=User.objects.system())
        void_follow_ups(complaint, by=event.by)


def reopening_ends_what_we_asked(event: Event, complaint: Complaint) -> None:
    void_follow_ups(complaint, by=event.by)
    cancel_survey(complaint, by=event.by)


def lost_survey_is_asked_by_phone(event: Event, complaint: Complaint) -> None:
    message = Message.objects.get(pk=event.subject_id or 0)
    if message.kind == Message.Kind.SURVEY:
        letter_did_not_arrive(complaint, message.cycle, message.state)


REACTIONS = {
    Kind.CONTACT_LOGGED: promise_from_contact,
    Kind.OFFER_ACCEPTED: promise_from_offer,
    Kind.OFFER_FULFILLED: delivery_settles_the_promise,
    Kind.OFFER_FAILED: failure_releases_the_promise,
    Kind.COMPLAINT_RESOLVED: resolved_plans_what_we_ask,
    Kind.COMPLAINT_CLOSED: closing_by_exception_ends_what_we_owe,
    Kind.COMPLAINT_REOPENED: reopening_ends_what_we_asked,
    Kind.MESSAGE_FAILED: lost_survey_is_asked_by_phone,
    Kind.MESSAGE_EXPIRED: lost_survey_is_asked_by_phone,
    Kind.MESSAGE_UNKNOWN: lost_survey_is_asked_by_phone,
    Kind.MESSAGE_CANCELLED: lost_survey_is_asked_by_phone,
    Kind.MESSAGE_BOUNCED: lost_survey_is_asked_by_phone,
}


@receiver(recorded, dispatch_uid="followups")
def react(event: Event, **_kwargs: Any) -> None:
    reaction = REACTIONS.get(Kind(event.kind))
    if reaction and event.complaint_id:
        reaction(event, Complaint.objects.get(pk=event.complaint_id))
