"""What the customer's page says: lateness first, what comes next and by when, how far it is, how it ended.

Sentences in the active language and zone, from rows the customer may know of: first names only, nothing internal. The
rows are handed in, so that the page reads each of them once.
"""

from datetime import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.functional import Promise as Lazy
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from complaints.kinds import Kind
from complaints.models import Complaint, InformationRequest, Offer
from complaints.standing import Step
from complaints.wording import day_of_long, when, when_long
from complaints.workflow import HandoffState, OfferState, Outcome, PromiseState, RequestState, Status, SurveyState

OVER = (Status.RESOLVED, Status.CLOSED)
WITH_THEM = (HandoffState.OFFERED, HandoffState.ACCEPTED, HandoffState.LAPSED)


# -- lateness ---------------------------------------------------------------------
def late_promise(promises: list[Any], complaint: Complaint, now: datetime) -> Any:
    """The promise we begin with: missed and not told, or open past its time; else one that was missed and told, until
    the promise that stands for it is kept. None: we are in time, or it is over."""
    if not complaint.is_open:
        return None
    late = [each for each in promises if each.is_untold or each.is_overdue(now)]
    late = late or [each for each in promises if _still_owed(each, promises, complaint)]
    return min(late, key=lambda each: each.due_at, default=None)


def we_are_late(promise: Any, complaint: Complaint) -> SafeString:
    words = _("We are late: we promised %(promise)s by %(old_by)s. We are sorry.")
    promised = format_html("“{}”", _theirs(promise.words, complaint))
    return _line(words, promise=promised, old_by=when_long(promise.due_at))


def step_is_late(complaint: Complaint, now: datetime) -> SafeString:
    """A date this page has shown, and it has passed: said as openly as a promise."""
    step = getattr(complaint, "next_step", None)
    if step is None or step.waits_for == "customer" or step.due_at > now or not complaint.is_open:
        return SafeString()
    words = _("We are late: %(agent)s was to go on with it by %(by)s. We are sorry.")
    return _line(words, agent=complaint.owner.first_name, by=when_long(step.due_at))


def _still_owed(promise: Any, promises: list[Any], complaint: Complaint) -> bool:
    if promise.state != PromiseState.MISSED or promise.told_at is None or _cycle_of(promise) != complaint.cycle:
        return False
    kept = [each for each in promises if each.state in (PromiseState.KEPT, PromiseState.KEPT_LATE)]
    made_good = any(each.ended_at and each.ended_at >= promise.told_at for each in kept)
    return not made_good and any(each.state == PromiseState.OPEN for each in promises)


def _cycle_of(promise: Any) -> int | None:
    said_in = promise.contact or promise.offer
    return said_in.cycle if said_in else None


# -- what comes next ----------------------------------------------------------------
GOES_ON = gettext_lazy("%(agent)s goes on with it by %(by)s.")
_NEXT = (
    ("acknowledge", gettext_lazy("%(agent)s reads your complaint and tells you by %(by)s what we understood.")),
    (
        "tell_missed answer_customer tell_standing task request_over",
        gettext_lazy("%(agent)s gets in touch with you by %(by)s."),
    ),
    ("call_back", gettext_lazy("%(agent)s will call you by %(by)s.")),
    ("follow_up", gettext_lazy("%(agent)s will ask you by %(by)s whether it is really solved.")),
    (
        "department settle redirect assign lapsed chase start_verifying verify confirm_cause",
        gettext_lazy("We are finding out what happened. %(agent)s goes on with it by %(by)s."),
    ),
    ("decide approval", gettext_lazy("Our supervisor decides by %(by)s. %(agent)s then goes on with it.")),
    ("offer new_offer", gettext_lazy("%(agent)s works out by %(by)s what we can offer you.")),
    ("fulfil", gettext_lazy("What we agreed reaches you by %(by)s.")),
    (
        "gate close close_as_approved",
        gettext_lazy("%(agent)s brings it to an end by %(by)s. You need do nothing."),
    ),
    ("window", gettext_lazy("Until %(by)s you can tell us that it is not solved. After that we close it.")),
    ("carry_out answer_back keep_promise request offer_answer", GOES_ON),
)
NEXT: dict[str, Lazy] = {key: words for keys, words in _NEXT for key in keys.split()}
"""Every key of the next step, as its customer may read it; `tests/complaints/test_status_page.py` holds the list."""


def next_promise(promises: list[Any], now: datetime) -> Any:
    """The nearest open one whose time has not passed."""
    waiting = [each for each in promises if each.state == PromiseState.OPEN and each.due_at > now]
    return min(waiting, key=lambda each: each.due_at, default=None)


def what_comes_next(
    complaint: Complaint,
    now: datetime,
    *,
    promise: Any,
    asked: InformationRequest | None,
    offer: Offer | None,
    is_late: bool = False,
) -> SafeString:
    """Who does what and by when: a promise; else what we wait for from them; else the next step. Late with a promise,
    no date of ours stands for it."""
    agent = complaint.owner.first_name
    if promise and promise.offer_id:
        return _line(_("What we agreed reaches you by %(by)s."), by=_bold(promise.due_at))
    if promise:
        words = _("%(agent)s will %(promise)s by %(by)s.")
        return _line(words, agent=agent, promise=_theirs(promise.words, complaint), by=_bold(promise.due_at))
    if asked:
        return waiting_for_you(asked, complaint)
    if offer:
        return _line(_("We have made you an offer. Please choose by %(by)s."), by=_bold(offer.answer_by))
    if is_late:
        return _line(_("%(agent)s owes you a new time. You can also call us now."), agent=agent)
    return _by_step(complaint, now)


def waiting_for_you(asked: InformationRequest, complaint: Complaint) -> SafeString:
    words = _("We are waiting for %(item)s from you, until %(by)s.")
    return _line(words, item=_theirs(asked.item, complaint), by=_bold(asked.answer_by))


def _by_step(complaint: Complaint, now: datetime) -> SafeString:
    agent, step = complaint.owner.first_name, getattr(complaint, "next_step", None)
    if step is not None and step.due_at > now and (complaint.is_open or step.key in ("follow_up", "call_back")):
        return _line(NEXT.get(step.key, GOES_ON), agent=agent, by=_bold(step.due_at))
    if complaint.is_open:
        return _line(_("%(agent)s is responsible for it until it is solved. You can call at any time."), agent=agent)
    return SafeString()


# -- how far it is ------------------------------------------------------------------
def journey(complaint: Complaint, *, answered_at: datetime | None, departments: list[str]) -> list[Step]:
    """Received, being checked, answered, done; where it is now, with whom."""
    over, done_at = complaint.status in OVER, complaint.resolved_at or complaint.closed_at
    answered = over or answered_at is not None
    in_progress = complaint.status == Status.IN_PROGRESS
    return [
        Step(_("Received"), "now" if complaint.status == Status.RECEIVED else "done", sub=when(complaint.received_at)),
        Step(
            _("Being checked"),
            "done" if answered else "now" if in_progress else "",
            sub=_with_whom(complaint, departments) if in_progress and not answered else "",
        ),
        Step(
            _("Answered"),
            "done" if over else "now" if answered else "",
            sub=when(answered_at) if answered_at else "",
        ),
        Step(pgettext("a complaint", "Done"), "done" if over else "", sub=when(done_at) if over and done_at else ""),
    ]


def _with_whom(complaint: Complaint, departments: list[str]) -> str:
    agent = complaint.owner.first_name
    if not departments:
        return _("%(agent)s is responsible for it.") % {"agent": agent}
    values = {"department": ", ".join(departments), "agent": agent}
    return _("With %(department)s. %(agent)s stays responsible for it.") % values


# -- how it ended ---------------------------------------------------------------------
RESOLVED = gettext_lazy("We have done what we agreed, on %(on)s.")
ENDED: dict[str, Lazy] = {
    Outcome.ACCEPTED: gettext_lazy("We have done what we agreed, and your complaint was closed on %(on)s."),
    Outcome.NO_REPLY: gettext_lazy("We did not hear from you, and closed your complaint on %(on)s."),
    Outcome.UNREACHABLE: gettext_lazy("We could not reach you, and closed your complaint on %(on)s."),
    Outcome.WITHDRAWN: gettext_lazy("You asked us to stop, and we closed your complaint on %(on)s."),
    Outcome.FINAL_DECISION: gettext_lazy("We gave you our decision, and closed your complaint on %(on)s."),
    Outcome.NOT_A_COMPLAINT: gettext_lazy("On %(on)s we noted what you told us as a question, not as a complaint."),
    Outcome.HISTORICAL: gettext_lazy("Your complaint was finished on %(on)s."),
}


def how_it_ended(complaint: Complaint) -> SafeString:
    """For a resolved or closed complaint; nothing for one that is being worked on."""
    if complaint.status not in OVER:
        return SafeString()
    words = ENDED[complaint.outcome] if complaint.outcome else RESOLVED
    return _line(words, on=_day(complaint.closed_at or complaint.resolved_at))


def about_the_survey(complaint: Complaint, now: datetime) -> str:
    """That we ask, or have asked, whether it is solved; the link to the answer is in the e-mail alone."""
    survey = complaint.surveys.filter(cycle=complaint.cycle).first()
    if survey is None or not complaint.customer.letter_address:
        return ""
    if survey.state == SurveyState.SCHEDULED:
        return _("In one or two days we will ask you by e-mail whether it is really solved.")
    if survey.state == SurveyState.SENT and survey.takes_answers(now):
        return _("We have asked you by e-mail whether it is really solved. The link to your answer is in that e-mail.")
    return ""


# -- rows ---------------------------------------------------------------------------
def promises_of(complaint: Complaint) -> list[Any]:
    return list(complaint.promises.select_related("contact", "offer"))


def open_request(complaint: Complaint) -> InformationRequest | None:
    found: InformationRequest | None = complaint.requests.filter(state=RequestState.OPEN).first()
    return found


def offers_of(complaint: Complaint) -> list[Offer]:
    """Of this cycle, oldest first, with what is in them."""
    return list(complaint.offers.filter(cycle=complaint.cycle).prefetch_related("items"))


def live_offer(offers: list[Offer], now: datetime) -> Offer | None:
    """The one that waits for their answer, while there is time to give it."""
    return next((each for each in offers if each.state == OfferState.LIVE and now < each.answer_by), None)


def agreed_offer(offers: list[Offer]) -> Offer | None:
    agreed = (OfferState.ACCEPTED, OfferState.FULFILLED)
    return next((each for each in reversed(offers) if each.state in agreed), None)


def last_offer_made(complaint: Complaint, offers: list[Offer]) -> Offer | None:
    """The last the customer knows of: what was only being decided among us is none of theirs."""
    made = complaint.events.filter(kind=Kind.OFFER_MADE, subject_type="offer").values_list("subject_id", flat=True)
    known = set(made)
    return next((each for each in reversed(offers) if each.pk in known), None)


def has_ended(offer: Offer, now: datetime) -> bool:
    """Its time ran out, or we took it back, before they answered."""
    ran_out = offer.state == OfferState.LIVE and now >= offer.answer_by
    return ran_out or offer.state in (OfferState.LAPSED, OfferState.WITHDRAWN)


def departments_busy_with(complaint: Complaint) -> list[str]:
    busy = complaint.handoffs.filter(state__in=WITH_THEM).order_by("pk")
    return list(dict.fromkeys(busy.values_list("department__name", flat=True)))


def answered_at(complaint: Complaint) -> datetime | None:
    """When the final reply of this cycle reached them."""
    replies = complaint.contacts.filter(cycle=complaint.cycle, is_final_reply=True, reached=True)
    found: datetime | None = replies.order_by("-at").values_list("at", flat=True).first()
    return found


# -- words ----------------------------------------------------------------------------
def _line(words: str | Lazy, **values: Any) -> SafeString:
    """A sentence of ours with values in it; what others wrote is escaped."""
    return mark_safe(str(words) % {name: conditional_escape(value) for name, value in values.items()})


def _theirs(text: str, complaint: Complaint) -> SafeString:
    """Words written for this customer, on a page that may be in another language."""
    language = complaint.customer.language
    if language == translation.get_language():
        return conditional_escape(text)
    return format_html('<span lang="{}">{}</span>', language, text)


def _bold(moment: datetime) -> SafeString:
    return format_html("<b>{}</b>", when_long(moment))


def _day(moment: datetime | None) -> str:
    return day_of_long(timezone.localdate(moment)) if moment else ""
