"""The timeline in words: events and the rows they point to, as a page shows them.

An event holds codes and numbers only; what was said lives on the row it points
to. Rows are loaded by kind, never one by one. Accounts are told without their
words: whether this person may read them yet is decided where they stand.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.kinds import DEPARTMENT_SIDE, Kind
from complaints.models import Account, Complaint, Contact, Event, HandoffEntry, Message, Note, Verdict
from complaints.wording import money, when


@dataclass(frozen=True)
class Telling:
    """One row. `variant` is "", system, missed or inside (staff and departments only)."""

    seq: int
    at: datetime
    icon: str
    title: str
    who: str = ""
    text: str = ""
    quote: str = ""
    lang: str = ""
    act: str = ""
    url: str = ""
    variant: str = ""


ICONS = {
    Kind.COMPLAINT_REGISTERED: "plus",
    Kind.HISTORY_BROUGHT_IN: "archive",
    Kind.COMPLAINT_ACKNOWLEDGED: "check-check",
    Kind.CONTACT_LOGGED: "phone",
    Kind.NOTE_ADDED: "message-square",
    Kind.NARRATIVE_ADDED: "message-square",
    Kind.ISSUE_ADDED: "plus",
    Kind.READ_BACK_AGREED: "check-check",
    Kind.READ_BACK_WRITTEN: "pencil",
    Kind.DETAILS_CHANGED: "pencil",
    Kind.OWNER_CHANGED: "user-round-cog",
    Kind.PERSON_MARKED: "eye-off",
    Kind.EVIDENCE_ADDED: "paperclip",
    Kind.HANDOFF_RETURNED: "undo-2",
    Kind.HANDOFF_CHASED: "bell-ring",
    Kind.HANDOFF_MESSAGE: "message-square",
    Kind.ACCOUNT_TAKEN: "git-compare",
    Kind.DISCREPANCY_FOUND: "git-compare",
    Kind.DISCREPANCY_SETTLED: "git-compare",
    Kind.VERDICT_GIVEN: "scale",
    Kind.FINAL_REPLY_GIVEN: "check-check",
    Kind.COMPLAINT_RESOLVED: "circle-check",
    Kind.COMPLAINT_CLOSED: "archive",
    Kind.COMPLAINT_REOPENED: "undo-2",
    Kind.COMPLAINT_MERGED: "copy",
    Kind.COMPLAINT_TOOK_IN: "copy",
    Kind.COMPLAINT_UNMERGED: "copy",
    Kind.PROMISE_MISSED: "square",
    Kind.READ_BACK_DISPUTED: "message-circle-warning",
    Kind.MESSAGE_SENT: "corner-up-right",
    Kind.MESSAGE_FAILED: "circle-alert",
    Kind.MESSAGE_UNKNOWN: "circle-question-mark",
    Kind.MESSAGE_EXPIRED: "timer",
    Kind.MESSAGE_CANCELLED: "undo-2",
    Kind.MESSAGE_BOUNCED: "undo-2",
    Kind.INFORMATION_ASKED: "message-square",
    Kind.INFORMATION_CAME: "check-check",
    Kind.SURVEY_ANSWERED: "message-square",
}
ICONS_BY_NOUN = {
    "handoff": "corner-up-right",
    "offer": "handshake",
    "item": "handshake",
    "promise": "handshake",
    "approval": "user-round-check",
    "escalation": "shield-alert",
    "follow": "calendar",
    "survey": "calendar",
    "task": "circle-dot",
}
ENTRY_OF = {
    Kind.HANDOFF_RETURNED: HandoffEntry.Kind.RETURN,
    Kind.HANDOFF_REDIRECTED: HandoffEntry.Kind.REDIRECT,
    Kind.HANDOFF_ASSIGNED: HandoffEntry.Kind.ASSIGN,
    Kind.HANDOFF_ANSWERED: HandoffEntry.Kind.ANSWER,
    Kind.HANDOFF_MESSAGE: HandoffEntry.Kind.MESSAGE,
    Kind.HANDOFF_CHASED: HandoffEntry.Kind.CHASE,
    Kind.HANDOFF_SETTLED: HandoffEntry.Kind.SETTLE,
    Kind.HANDOFF_ASKED_AGAIN: HandoffEntry.Kind.ASK_AGAIN,
    Kind.HANDOFF_WITHDRAWN: HandoffEntry.Kind.WITHDRAW,
}
INSIDE = DEPARTMENT_SIDE | {Kind.NOTE_ADDED}


def tell(complaint: Complaint, events: Iterable[Event]) -> list[Telling]:
    """The rows of these events, in their order. `complaint` brings its own rows along (`for_page`)."""
    events = list(events)
    subjects = _subjects(complaint, events)
    return [_told(event, subjects.get((event.subject_type, event.subject_id)), complaint, subjects) for event in events]


def _told(event: Event, subject: Any, complaint: Complaint, subjects: dict[Any, Any]) -> Telling:
    row = Telling(
        seq=event.seq,
        at=event.at,
        icon=_icon(event),
        title=str(event.get_kind_display()),
        who=_who(event),
        variant=_variant(event),
    )
    detail = DETAILS.get(event.subject_type)
    if detail and subject is not None:
        row = detail(row, event, subject, complaint)
    if event.kind in (Kind.COMPLAINT_MERGED, Kind.COMPLAINT_TOOK_IN):
        row = _other_complaint(row, event)
    if event.kind == Kind.DETAILS_CHANGED:
        row = replace(row, text=_changed(event))
    if event.kind in ENTRY_OF:
        row = replace(row, text=_entry_words(event, subjects))
    return row


def _who(event: Event) -> str:
    """By name; whoever came by the link in a letter has none here, and the system goes without saying."""
    if event.by.speaks_for:
        return str(event.by.get_speaks_for_display())
    return "" if event.by.is_system else event.by.first_name


def _other_complaint(row: Telling, event: Event) -> Telling:
    """Which one it went into, or which one came here: its words stay there and can be read there."""
    other = Complaint.objects.filter(pk=event.codes.get("into") or event.codes.get("source")).first()
    return replace(row, title=f"{row.title}: {other}", url=other.get_absolute_url()) if other else row


# -- what each kind of row adds ------------------------------------------------------
def _contact(row: Telling, event: Event, contact: Contact, complaint: Complaint) -> Telling:
    if event.kind != Kind.CONTACT_LOGGED:
        return replace(row, url=_letter_url(contact))
    how = {"customer": complaint.customer.short_name, "channel": contact.get_channel_display()}
    promised = _("Promised: %(words)s, %(when)s")
    row = replace(
        row,
        quote="" if contact.words == contact.promised else contact.words,
        lang=contact.language,
        act=promised % {"words": contact.promised, "when": when(contact.promised_by)} if contact.promised_by else "",
    )
    if contact.is_inbound:
        felt = f", {contact.get_emotion_display()}" if contact.emotion else ""
        title = _("%(customer)s got in touch, by %(channel)s") % how
        return replace(row, icon="phone-incoming", title=title, who=row.who + felt)
    reply = f", {contact.get_reply_display()}" if contact.reply else ""
    if contact.message_id:
        title = _("We wrote to %(customer)s") % how
        return replace(row, icon="pencil", title=title, who=row.who + reply, url=_letter_url(contact))
    title = _("We told %(customer)s, by %(channel)s") if contact.reached else _("Tried %(customer)s, by %(channel)s")
    return replace(row, icon="phone-outgoing", title=title % how, who=row.who + reply)


def _letter_url(contact: Contact) -> str:
    return reverse("complaints:message", args=[contact.message_id]) if contact.message_id else ""


def _message(row: Telling, event: Event, letter: Message, complaint: Complaint) -> Telling:
    """Which letter, and why it is where it is, as long as it is there."""
    if not event.kind.startswith("message_"):
        return replace(row, url=letter.get_absolute_url())
    still = event.kind == f"message_{letter.state}" and letter.state != Message.State.SENT
    title = f"{row.title}: {letter.get_kind_display()}"
    why = _(letter.reason) if still and letter.reason else ""
    return replace(row, title=title, text=why, url=letter.get_absolute_url())


def _request(row: Telling, event: Event, request: Any, complaint: Complaint) -> Telling:
    asked = event.kind == Kind.INFORMATION_ASKED
    due = _("Due %(when)s") % {"when": when(request.answer_by)} if asked else ""
    url = reverse("complaints:message", args=[request.message_id])
    return replace(row, title=f"{row.title}: {request}", act=due, url=url)


def _task(row: Telling, event: Event, task: Any, complaint: Complaint) -> Telling:
    words = task.done_words if event.kind == Kind.TASK_DONE else ""
    return replace(row, title=f"{row.title}: {task.get_kind_display()}", text=words, url=task.get_absolute_url())


def _survey(row: Telling, event: Event, survey: Any, complaint: Complaint) -> Telling:
    """What was answered then; a later answer has a row of its own."""
    if event.kind != Kind.SURVEY_ANSWERED:
        return row
    given = [answer for answer in survey.answers.all() if answer.at <= event.at]
    if not given:
        return row
    said = given[-1]
    parts = [
        _("handling %(n)s of 5") % {"n": said.handling} if said.handling else "",
        _("ease %(n)s of 7") % {"n": said.effort} if said.effort else "",
        _("had to tell it more than once") if said.had_to_repeat else "",
    ]
    title = f"{row.title}: {said.get_solved_display()}"
    return replace(
        row, title=title, text=", ".join(filter(None, parts)), quote=said.comment, lang=complaint.customer.language
    )


def _note(row: Telling, event: Event, note: Note, complaint: Complaint) -> Telling:
    if note.kind == Note.Kind.ADDITION:
        return replace(row, quote=note.words, lang=complaint.language)
    return replace(row, text=note.words)


def _handoff(row: Telling, event: Event, handoff: Any, complaint: Complaint) -> Telling:
    title = f"{row.title}: {handoff.department}"
    due = _("Due %(when)s") % {"when": when(event.due_at)} if event.due_at else ""
    text = handoff.question if event.kind == Kind.HANDOFF_SENT else ""
    return replace(row, title=title, text=text, act=due, url=handoff.get_absolute_url())


def _promise(row: Telling, event: Event, promise: Any, complaint: Complaint) -> Telling:
    by = f", {when(promise.due_at)}" if event.kind == Kind.PROMISE_MADE else ""
    return replace(row, who=f"{promise.words}{by}", url=promise.get_absolute_url())


def _offer(row: Telling, event: Event, offer: Any, complaint: Complaint) -> Telling:
    reason = offer.end_reason if event.kind in (Kind.OFFER_REFUSED, Kind.OFFER_WITHDRAWN, Kind.OFFER_FAILED) else ""
    named = event.kind in (Kind.OFFER_PREPARED, Kind.OFFER_MADE, Kind.OFFER_ACCEPTED)
    return replace(row, text=_package(offer) if named else reason, url=offer.get_absolute_url())


def _approval(row: Telling, event: Event, approval: Any, complaint: Complaint) -> Telling:
    asked = event.kind == Kind.APPROVAL_ASKED
    title = f"{row.title}: {approval}"
    words = approval.reason if asked else approval.outcome
    return replace(row, title=title, text=words, url=approval.get_absolute_url())


def _escalation(row: Telling, event: Event, escalation: Any, complaint: Complaint) -> Telling:
    words = {
        Kind.ESCALATION_RAISED: str(escalation),
        Kind.ESCALATION_DECIDED: escalation.outcome,
        Kind.ESCALATION_DONE: escalation.done_words,
    }
    return replace(row, text=words.get(Kind(event.kind), ""), url=escalation.get_absolute_url())


def _evidence(row: Telling, event: Event, evidence: Any, complaint: Complaint) -> Telling:
    url = reverse("complaints:evidence", args=[evidence.pk]) if evidence.file else ""
    return replace(row, title=f"{row.title}: {evidence}", url=url)


def _account(row: Telling, event: Event, account: Any, complaint: Complaint) -> Telling:
    """Who told it and for which time; not the words (blind first telling)."""
    party = dict(Account.Party.choices).get(event.codes.get("party", ""), "")
    title = _("Account taken: %(party)s, version %(n)s") % {"party": party, "n": event.codes.get("version", 1)}
    return replace(row, title=title, url=reverse("complaints:accounts", args=[complaint.reference]))


def _verdict(row: Telling, event: Event, verdict: Verdict, complaint: Complaint) -> Telling:
    return replace(row, title=f"{row.title}: {verdict.get_finding_display()}", text=verdict.reasons)


def _words(row: Telling, event: Event, thing: Any, complaint: Complaint) -> Telling:
    """A row that says itself: an issue, an improvement, a cause, a difference."""
    return replace(row, text=getattr(thing, "statement", "") or getattr(thing, "words", "") or str(thing))


DETAILS: dict[str, Callable[[Telling, Event, Any, Complaint], Telling]] = {
    "contact": _contact,
    "message": _message,
    "informationrequest": _request,
    "task": _task,
    "survey": _survey,
    "note": _note,
    "handoff": _handoff,
    "promise": _promise,
    "offer": _offer,
    "offeritem": _words,
    "approval": _approval,
    "escalation": _escalation,
    "evidence": _evidence,
    "account": _account,
    "verdict": _verdict,
    "issue": _words,
    "improvement": _words,
    "rootcause": _words,
    "discrepancy": _words,
}


# -- loading ---------------------------------------------------------------------------
def _subjects(complaint: Complaint, events: list[Event]) -> dict[Any, Any]:
    """Every row the events point to, by (type, id): what the complaint brings along, then contacts and entries."""
    rows: dict[Any, Any] = {
        (row._meta.model_name, row.pk): row
        for name in ("handoffs", "promises", "offers", "approvals", "escalations", "evidence", "issues",
                     "improvements", "root_causes", "discrepancies", "notes")
        for row in getattr(complaint, name).all()
    }  # fmt: skip
    rows |= {("verdict", each.pk): each for issue in complaint.issues.all() for each in issue.verdicts.all()}
    rows |= {("offeritem", item.pk): item for offer in complaint.offers.all() for item in offer.items.all()}
    letters: list[Message] = complaint.letters  # type: ignore[attr-defined]
    rows |= {("message", letter.pk): letter for letter in letters}
    for noun in ("task", "request"):
        hanging = [getattr(letter, noun, None) for letter in letters]
        rows |= {(row._meta.model_name, row.pk): row for row in hanging if row}
    if any(event.kind == Kind.SURVEY_ANSWERED for event in events):
        rows |= {("survey", survey.pk): survey for survey in complaint.surveys.prefetch_related("answers")}
    rows |= {("account", event.subject_id): event for event in events if event.subject_type == "account"}
    contacts = [event.subject_id for event in events if event.subject_type == "contact" and event.subject_id]
    if contacts:
        rows |= {("contact", row.pk): row for row in Contact.objects.filter(pk__in=contacts)}
    if any(event.kind in ENTRY_OF for event in events):
        for entry in HandoffEntry.objects.filter(handoff__complaint=complaint):
            rows.setdefault(("entries", entry.handoff_id, entry.kind), []).append(entry)
    return rows


def _entry_words(event: Event, subjects: dict[Any, Any]) -> str:
    """The line of the thread written in the same act: the last of its kind up to the event."""
    entries = subjects.get(("entries", event.subject_id, ENTRY_OF[Kind(event.kind)]), [])
    written = [entry for entry in entries if entry.at <= event.at]
    return written[-1].words if written else ""


def _changed(event: Event) -> str:
    """Which fields, by name; what they were is not kept."""
    names = [name for name in str(event.codes.get("fields", "")).split(",") if name]
    return ", ".join(str(Complaint._meta.get_field(name).verbose_name) for name in names)  # type: ignore[union-attr]


def _package(offer: Any) -> str:
    """'refund Rp450.000, apology'."""
    return ", ".join(f"{item} {money(item.amount, item.currency)}".strip() for item in offer.items.all())


def _icon(event: Event) -> str:
    noun = event.kind.partition("_")[0]
    return ICONS.get(Kind(event.kind)) or ICONS_BY_NOUN.get(noun, "info")


def _variant(event: Event) -> str:
    if event.kind == Kind.PROMISE_MISSED:
        return "missed"
    if event.by.is_system:
        return "system"
    return "inside" if event.kind in INSIDE else ""
