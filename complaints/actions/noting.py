"""What became of a letter, told to the timeline and to the rows that wait for it.

Apart from the sending itself: the outcome of a send is kept by one UPDATE of the letter, even while somebody works
on the complaint; this comes after it, under the complaint's lock, and a sweep makes up for what was interrupted.
"""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from complaints import clock
from complaints.actions.moves import apply
from complaints.actions.tasks import finish_task, give_task
from complaints.actions.waiting import end_request
from complaints.kinds import Kind
from complaints.models import Complaint, Contact, InformationRequest, Message, Task, User
from complaints.timeline import record
from complaints.workflow import Move, RequestState

State = Message.State
EVENT_OF = {
    State.SENT: Kind.MESSAGE_SENT,
    State.FAILED: Kind.MESSAGE_FAILED,
    State.UNKNOWN: Kind.MESSAGE_UNKNOWN,
    State.EXPIRED: Kind.MESSAGE_EXPIRED,
    State.CANCELLED: Kind.MESSAGE_CANCELLED,
    State.BOUNCED: Kind.MESSAGE_BOUNCED,
}


@transaction.atomic
def note_message(message: Message) -> None:
    """Tell the timeline and the rows that wait for it what became of a letter. Safe to run twice."""
    if message.complaint_id is None:
        Message.objects.filter(pk=message.pk).update(noted=F("state"))
        return
    message = lock_message(message)
    kind = EVENT_OF.get(State(message.state))
    if kind is None or message.noted == message.state:
        return
    message.noted = message.state
    message.save(update_fields=["noted"])
    if message.is_to_staff:
        return
    complaint = message.complaint
    assert complaint
    _tell_contact(message)
    if message.state in (State.CANCELLED, State.EXPIRED):
        _stop_waiting(complaint, message)
    if message.state == State.SENT and message.replaces_id:
        _finish_task_of(message.replaces_id)
    if message.kind == Message.Kind.ACKNOWLEDGEMENT and message.state == State.SENT:
        _letter_acknowledges(complaint, message)
    record(
        complaint, kind, by=User.objects.system(), at=message.sent_at if kind == Kind.MESSAGE_SENT else None,
        subject=message, letter=message.kind,
    )  # fmt: skip
    if message.did_not_arrive and message.kind not in Message.AT_MOST_ONCE and complaint.is_open:
        give_task(complaint, Task.Kind.BOUNCE, message=message, by=User.objects.system())


def _tell_contact(message: Message) -> None:
    """The contact a letter is: it reached the customer, or it did not."""
    contact = Contact.objects.filter(message=message).first()
    if contact is None:
        return
    contact.reached = message.state in (State.SENT, State.UNKNOWN)
    if message.state == State.CANCELLED:
        contact.reply = ""
    contact.save(update_fields=["reached", "reply"])


def _letter_acknowledges(complaint: Complaint, message: Message) -> None:
    """Reference, next step, date and name are told: on e-mail and web the letter is the acknowledgement (section 4)."""
    now = clock.now()
    complaint.read_back_sent_at = complaint.read_back_sent_at or now
    if complaint.status == Complaint.Status.RECEIVED:
        system = User.objects.system()
        apply(complaint, Move.ACKNOWLEDGE, by=system)
        complaint.acknowledged_at = now
        record(complaint, Kind.COMPLAINT_ACKNOWLEDGED, by=system, subject=message)
    complaint.save(update_fields=["acknowledged_at", "read_back_sent_at"])


def _finish_task_of(replaced: int) -> None:
    """What did not arrive was sent again, and went: nobody has to reach the customer another way."""
    for task in Task.objects.open().filter(message=replaced):
        finish_task(task, by=User.objects.system(), words=gettext_noop("It was sent again"))


def _stop_waiting(complaint: Complaint, message: Message) -> None:
    """A request that was never sent waits for nothing."""
    for request in InformationRequest.objects.filter(message=message, state=RequestState.OPEN):
        request.complaint = complaint
        end_request(request, Move.END)


def lock_message(message: Message) -> Message:
    """The complaint first, then the letter."""
    complaint = Complaint.objects.lock(message.complaint_id) if message.complaint_id else None
    fresh: Message = Message.objects.select_for_update(of=("self",), no_key=True).get(pk=message.pk)
    fresh.complaint = complaint
    return fresh
