"""Promises: made, kept, given a new date, missed, told, released (product.md section 1.4)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import clock
from complaints.actions.contact import ContactFacts, log_contact
from complaints.actions.correspondence import check_writer, write_to_customer
from complaints.actions.moves import apply, refuse
from complaints.emails import to_customer
from complaints.kinds import Kind
from complaints.models import Channel, Complaint, Contact, Message, Offer, User
from complaints.timeline import record, seq_of
from complaints.workflow import Move
from followups.models import Promise


def make_promise(
    complaint: Complaint,
    *,
    by: User,
    words: str,
    due_at: datetime,
    owner: User,
    contact: Contact | None = None,
    offer: Offer | None = None,
    replaces: Promise | None = None,
) -> Promise:
    """Made from a contact or an accepted offer, inside their transaction. The words are the customer's to hear."""
    promise = Promise(
        complaint=complaint,
        contact=contact,
        offer=offer,
        words=words[:300],
        due_at=due_at,
        owner=owner,
        made_at=clock.now(),
        replaces=replaces,
    )
    apply(promise, Move.PROMISE, by=by)
    promise.save(force_insert=True)
    record(complaint, Kind.PROMISE_MADE, by=by, subject=promise, due_at=due_at)
    return promise


@transaction.atomic
def keep_promise(promise: Promise, *, by: User, said: ContactFacts | None = None) -> Promise:
    """Kept; after its time, kept late, which is also how the customer hears of it. `said`: the contact that kept it."""
    promise = _as_it_stands(promise)
    late = promise.state == Promise.State.MISSED
    apply(promise, Move.KEEP_LATE if late else Move.KEEP, by=by)
    now = clock.now()
    promise.ended_at = now
    promise.told_at = promise.told_at or (now if late else None)
    promise.save(update_fields=["ended_at", "told_at"])
    if said:
        log_contact(promise.complaint, said, by=by)
    record(promise.complaint, Kind.PROMISE_KEPT_LATE if late else Kind.PROMISE_KEPT, by=by, subject=promise)
    return promise


@transaction.atomic
def redate_promise(promise: Promise, *, by: User, due_at: datetime, reason: str, said: ContactFacts) -> Promise:
    """Before its time, and the customer told first: `said` is that contact. A new promise replaces this one."""
    promise = _as_it_stands(promise)
    apply(promise, Move.REDATE, by=by)
    _end(promise, reason)
    letter = _late_letter(promise, said, by=by, after=False, reason=reason, new_by=due_at)
    log_contact(promise.complaint, said, by=by, message=letter)
    record(promise.complaint, Kind.PROMISE_REDATED, by=by, subject=promise, due_at=due_at)
    return make_promise(
        promise.complaint,
        by=by,
        words=promise.words,
        due_at=due_at,
        owner=promise.owner,
        offer=promise.offer,
        replaces=promise,
    )


@transaction.atomic
def tell_missed_promise(promise: Promise, *, by: User, said: ContactFacts) -> Promise:
    """The customer hears from us that it was missed (4.25); a new date, if one was given, is in `said`."""
    promise = _as_it_stands(promise)
    apply(promise, Move.TELL, by=by)
    if promise.told_at:
        raise refuse(Move.TELL.label, "told", _("The customer has been told of it"))
    promise.told_at = clock.now()
    promise.save(update_fields=["told_at"])
    letter = _late_letter(promise, said, by=by, after=True, reason=said.words, new_by=said.promised_by)
    log_contact(promise.complaint, said, by=by, message=letter)
    record(promise.complaint, Kind.PROMISE_TOLD, by=by, subject=promise)
    return promise


@transaction.atomic
def release_promise(promise: Promise, *, by: User, reason: str) -> Promise:
    """The customer let us go, or the complaint ended."""
    promise = _as_it_stands(promise)
    apply(promise, Move.RELEASE, by=by)
    _end(promise, reason)
    record(promise.complaint, Kind.PROMISE_RELEASED, by=by, subject=promise)
    return promise


@transaction.atomic
def miss_promise(promise: Promise, *, by: User) -> Promise:
    """Its time has passed. Looked at again under the lock: running it twice does nothing."""
    promise = _locked(promise)
    if promise.is_overdue(clock.now()):
        _miss(promise, by)
    return promise


def settle_delivery(offer_id: int, complaint: Complaint, *, by: User) -> None:
    """The offer is fulfilled: what it promised is kept, in time or late."""
    for promise in complaint.promises.filter(offer_id=offer_id, state__in=[Promise.State.OPEN, Promise.State.MISSED]):
        keep_promise(promise, by=by)


def release_all(complaint: Complaint, *, by: User, offer_id: int | None = None) -> None:
    """Those still open (of one offer, or of the complaint); a missed one stays missed and counted."""
    still_open = complaint.promises.filter(state=Promise.State.OPEN)
    for promise in still_open.filter(offer_id=offer_id) if offer_id else still_open:
        if _as_it_stands(promise).state == Promise.State.OPEN:
            release_promise(promise, by=by, reason="")


def _late_letter(
    promise: Promise, said: ContactFacts, *, by: User, after: bool, reason: str, new_by: datetime | None
) -> Message | None:
    """Told by e-mail means: the letter L2 goes out. Raises MoveRefused where the customer may not be written to."""
    if said.channel != Channel.EMAIL:
        return None
    complaint = promise.complaint
    check_writer(complaint, by)
    values = to_customer.late(
        complaint, after=after, promise=promise.words, old_by=promise.due_at, new_by=new_by, reason=reason
    )
    key = f"late:{promise.pk}:{seq_of(complaint)}"
    return write_to_customer(complaint, Message.Kind.LATE, values, by=by, key=key, letter="followups/late")


def _miss(promise: Promise, by: User) -> None:
    apply(promise, Move.MISS, by=by)
    record(promise.complaint, Kind.PROMISE_MISSED, by=by, subject=promise, due_at=promise.due_at)


def _as_it_stands(promise: Promise) -> Promise:
    """Locked; one whose time has passed is missed, whether or not the sweep has come by since."""
    promise = _locked(promise)
    if promise.is_overdue(clock.now()):
        _miss(promise, User.objects.system())
    return promise


def _end(promise: Promise, reason: str) -> None:
    promise.ended_at, promise.reason = clock.now(), reason
    promise.save(update_fields=["ended_at", "reason"])


def _locked(promise: Promise) -> Promise:
    complaint = Complaint.objects.lock(promise.complaint_id)
    fresh: Promise = Promise.objects.select_for_update(of=("self",)).get(pk=promise.pk)
    fresh.complaint = complaint
    return fresh
