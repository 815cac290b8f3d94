"""The guards named in the table of moves: each says what stands in the way, in sentences.

A guard takes the thing and the person and returns reasons, none when the way
is free. What closing needs is asked in `gate.py`.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from complaints import clock, gate
from complaints.kinds import Kind
from complaints.models import Complaint, Handoff, Offer, User
from complaints.permissions import is_supervisor_of, limits_of
from complaints.wording import money
from complaints.workflow import OfferState, Outcome, Reason, Status

REOPEN_WITHIN = timedelta(days=90)
UNMERGE_WITHIN = timedelta(days=30)
SURVEY_WINDOW = timedelta(hours=48)

Guard = Callable[[Any, User], list[Reason]]


def _unless(holds: bool, code: str, words: str, url_name: str = "", *args: str | int) -> list[Reason]:
    return [] if holds else [Reason(code, words, url_name, args)]


# -- status -------------------------------------------------------------------
def channel_is_import(complaint: Complaint, by: User) -> list[Reason]:
    return _unless(complaint.channel == "import", "not_imported", _("Only an import brings in history"))


def says_what_is_wanted(complaint: Complaint, by: User) -> list[Reason]:
    wanted = bool(complaint.wants) or complaint.channel == "import"
    told = bool(complaint.narrative.strip()) or complaint.channel == "import"
    return _unless(wanted, "no_want", _("Choose what the customer wants, or “doesn't know yet”")) + _unless(
        told, "no_narrative", _("Write what happened")
    )


def remedy_is_fulfilled(complaint: Complaint, by: User) -> list[Reason]:
    done = complaint.remedy == Complaint.Remedy.FULFILLED
    return _unless(done, "not_fulfilled", _("The remedy is not fulfilled with proof"))


def no_live_offer(complaint: Complaint, by: User) -> list[Reason]:
    live = complaint.offers.filter(state__in=gate.LIVE_OFFER).exists()
    return _unless(not live, "offer_live", _("An offer is still with the customer"))


def gate_is_empty(complaint: Complaint, by: User) -> list[Reason]:
    return gate.missing(complaint)


def afterwards_is_known(complaint: Complaint, by: User) -> list[Reason]:
    """Closing waits for a follow-up result or for the survey window; bad news first needs its call-back (section 4)."""
    results = [f for f in complaint.follow_ups.all() if f.cycle == complaint.cycle]
    if any(f.is_bad_news_unheard for f in results):
        return [Reason("call_back_first", _("The customer was not satisfied: the call-back comes first"))]
    survey = next((each for each in complaint.surveys.all() if each.cycle == complaint.cycle), None)
    answered = survey is not None and survey.is_answered
    if by.is_system and survey is not None and answered and not survey.is_good_news:
        return [Reason("not_by_itself", _("The customer did not say yes: somebody looks at it before it closes"))]
    if answered or any(f.has_result for f in results):
        return []
    window_over = complaint.resolved_at is not None and clock.now() >= complaint.resolved_at + SURVEY_WINDOW
    return _unless(
        window_over,
        "too_early",
        _("Ask the customer whether it is really solved, or wait until 48 hours after it was resolved"),
    )


def exception_is_approved(complaint: Complaint, by: User) -> list[Reason]:
    return _unless(
        gate.approved_exception(complaint) is not None,
        "no_exception",
        _("A supervisor has to approve the exception first"),
        "complaints:exception-new",
        complaint.reference,
    )


def gate_is_empty_but_for_the_exception(complaint: Complaint, by: User) -> list[Reason]:
    exception = gate.approved_exception(complaint)
    if exception is None:
        return []
    return gate.missing(complaint, exception) + gate.exception_lacks(complaint, exception)


def decline_is_approved(complaint: Complaint, by: User) -> list[Reason]:
    return _unless(
        gate.approved_decline(complaint) is not None,
        "no_decline", _("A supervisor has to agree that this is not a complaint"),
        "complaints:decline-new", complaint.reference,
    )  # fmt: skip


def nothing_is_live(complaint: Complaint, by: User) -> list[Reason]:
    return gate.live_rows(complaint)


def not_historical(complaint: Complaint, by: User) -> list[Reason]:
    if not complaint.is_historical:
        return []
    words = _("It was finished elsewhere before it was brought in: register a new complaint that continues it")
    return [Reason("historical", words, "complaints:call-new", query=f"?continues={complaint.reference}")]


def not_declined(complaint: Complaint, by: User) -> list[Reason]:
    return _unless(
        complaint.outcome != Outcome.NOT_A_COMPLAINT, "not_a_complaint",
        _("It was kept as an enquiry: register a complaint from it"),
    )  # fmt: skip


def within_ninety_days(complaint: Complaint, by: User) -> list[Reason]:
    closed_at = complaint.closed_at
    if closed_at is None or clock.now() <= closed_at + REOPEN_WITHIN:
        return []
    newer = complaint.continued_by.order_by("pk").last()
    if newer:
        words = _("It was closed more than 90 days ago and goes on in %(reference)s") % {"reference": newer}
        return [Reason("too_late", words, "complaints:complaint", (newer.reference,))]
    words = _("It was closed more than 90 days ago: register a new complaint that continues it")
    return [Reason("too_late", words, "complaints:call-new", query=f"?continues={complaint.reference}")]


def final_decision_by_someone_new_once(complaint: Complaint, by: User) -> list[Reason]:
    """One review of a final decision, by somebody who neither owned nor approved it (3.26)."""
    if complaint.outcome != Outcome.FINAL_DECISION:
        return []
    exception = complaint.exception
    party = {complaint.owner_id, exception.decided_by_id if exception else None}
    closings = complaint.events.filter(kind=Kind.COMPLAINT_CLOSED, codes__outcome=Outcome.FINAL_DECISION)
    return _unless(
        by.is_system or by.pk not in party, "someone_new", _("Somebody who did not decide it has to look at it again")
    ) + _unless(closings.count() <= 1, "reviewed_once", _("A final decision is looked at again once; it was"))


def target_can_take_it(complaint: Complaint, by: User) -> list[Reason]:
    """`merged_into` is set by the action before it asks."""
    target = complaint.merged_into
    if target is None:
        return [Reason("no_target", _("Choose the complaint it is a duplicate of"))]
    return (
        _unless(target.pk != complaint.pk, "itself", _("A complaint cannot be merged into itself"))
        + _unless(target.customer_id == complaint.customer_id, "other_customer", _("Another customer's complaint"))
        + _unless(target.is_open, "target_closed", _("The other complaint is not open"))
        + _same_person_complained_of(complaint, target)
    )


def _same_person_complained_of(complaint: Complaint, target: Complaint) -> list[Reason]:
    """Whoever does not see the one would be led to it by the other."""
    unmarked = complaint if complaint.person_complained_of_id is None else target
    return _unless(
        complaint.person_complained_of_id == target.person_complained_of_id,
        "other_person", _("Mark the same person on both first"), "complaints:person-complained-of", unmarked.reference,
    )  # fmt: skip


def merged_within_thirty_days(complaint: Complaint, by: User) -> list[Reason]:
    merged_at = complaint.merged_at
    return _unless(
        merged_at is not None and clock.now() <= merged_at + UNMERGE_WITHIN,
        "too_late", _("It was merged more than 30 days ago"),
    )  # fmt: skip


def target_not_closed_since(complaint: Complaint, by: User) -> list[Reason]:
    """Closed since the merger, even if it was reopened after."""
    target, since = complaint.merged_into, complaint.merged_at
    closed = target is not None and target.events.filter(kind=Kind.COMPLAINT_CLOSED, at__gte=since).exists()
    return _unless(not closed, "target_closed", _("The complaint it was merged into has been closed since"))


# -- cause --------------------------------------------------------------------
def read_back_is_agreed(complaint: Complaint, by: User) -> list[Reason]:
    """Agreed, or sent to be corrected; where no channel is known there is nobody to read back to."""
    read_back = complaint.read_back_agreed_at is not None or complaint.read_back_sent_at is not None
    free = read_back or not complaint.customer.channels
    return _unless(
        free, "read_back", _("Read back what you understood and have the customer agree"),
        "complaints:read-back", complaint.reference,
    )  # fmt: skip


def verdict_on_every_issue(complaint: Complaint, by: User) -> list[Reason]:
    return gate.verdicts(complaint)


def customers_account_is_taken(complaint: Complaint, by: User) -> list[Reason]:
    told = complaint.accounts.filter(party="customer").exists() or not complaint.customer.channels
    return _unless(told, "account", _("Take the customer's account"), "complaints:accounts", complaint.reference)


def no_open_discrepancy(complaint: Complaint, by: User) -> list[Reason]:
    return gate.discrepancies(complaint)


# -- handoff ------------------------------------------------------------------
def complaint_is_worked_on(thing: Any, by: User) -> list[Reason]:
    status = thing.complaint.status
    return _unless(
        status == Status.IN_PROGRESS, "not_in_progress",
        _("First acknowledge the complaint to the customer") if status == Status.RECEIVED
        else _("The complaint is %(state)s") % {"state": thing.complaint.get_status_display()},
        "complaints:read-back" if status == Status.RECEIVED else "",
        *([thing.complaint.reference] if status == Status.RECEIVED else []),
    )  # fmt: skip


def may_be_returned(handoff: Handoff, by: User) -> list[Reason]:
    return _unless(not handoff.is_binding, "binding", _("The supervisor assigned it: it cannot be returned again"))


def returned_once_at_most(handoff: Handoff, by: User) -> list[Reason]:
    return _unless(
        handoff.returns < 2, "returned_twice", _("Returned twice: the supervisor assigns it, and that binds")
    )


def returned_twice(handoff: Handoff, by: User) -> list[Reason]:
    return _unless(handoff.returns >= 2, "not_twice", _("It was returned once: say what was missing and send it again"))


def second_return_is_the_supervisors(handoff: Handoff, by: User) -> list[Reason]:
    from_owner = handoff.state == Handoff.State.RETURNED and handoff.returns >= 2
    supervisor = is_supervisor_of(by, handoff.complaint)
    return _unless(not from_owner or supervisor, "supervisors", _("Returned twice: the supervisor decides"))


# -- offer --------------------------------------------------------------------
def within_authority(offer: Offer, by: User) -> list[Reason]:
    """Every currency against its own limit; nothing is converted or added up (1.3)."""
    limits = limits_of(by, offer.complaint)
    words = _("%(amount)s is above your limit of %(limit)s. Ask for a decision")
    return [
        Reason("above_limit", words % {"amount": money(total, currency), "limit": money(limit, currency)})
        for currency, total in offer.totals().items()
        if total > (limit := limits.get(currency, 0))
    ]


def no_other_offer(offer: Offer, by: User) -> list[Reason]:
    others = offer.complaint.offers.filter(state__in=[*gate.LIVE_OFFER, OfferState.ACCEPTED]).exclude(pk=offer.pk)
    return [
        Reason("other_offer", _("There is an offer already: withdraw it first"), "complaints:offer", (other.pk,))
        for other in others
    ]


def proof_of_every_item(offer: Offer, by: User) -> list[Reason]:
    open_items = [item for item in offer.items.all() if not item.is_fulfilled]
    return [
        Reason("no_proof", _("No proof yet of: %(item)s") % {"item": item}, "complaints:offer", (offer.pk,))
        for item in open_items
    ]


# -- follow-up ------------------------------------------------------------------
def tried_three_times(follow_up: Any, by: User) -> list[Reason]:
    return _unless(follow_up.tries >= 3, "tries", _("Try three times before you note “not reached”"))


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        channel_is_import, says_what_is_wanted, remedy_is_fulfilled, no_live_offer, gate_is_empty, afterwards_is_known,
        exception_is_approved, gate_is_empty_but_for_the_exception, decline_is_approved, nothing_is_live,
        not_historical, not_declined, within_ninety_days, final_decision_by_someone_new_once, target_can_take_it,
        merged_within_thirty_days, target_not_closed_since, read_back_is_agreed, verdict_on_every_issue,
        customers_account_is_taken, no_open_discrepancy, complaint_is_worked_on, may_be_returned,
        returned_once_at_most, returned_twice, second_return_is_the_supervisors, within_authority, no_other_offer,
        proof_of_every_item, tried_three_times,
    )
}  # fmt: skip
