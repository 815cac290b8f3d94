"""What we wait for from the customer: answered by whatever they say next, or no longer needed."""

from django.utils.translation import gettext_noop

from complaints import clock
from complaints.actions.moves import apply, apply_to_all
from complaints.kinds import Kind
from complaints.models import Complaint, InformationRequest, Message, User
from complaints.timeline import record
from complaints.workflow import Move, RequestState


def answer_requests(complaint: Complaint, *, by: User) -> None:
    """The customer said or sent something; the owner asks anew for what is still missing. Under the caller's lock."""
    for request in complaint.requests.filter(state=RequestState.OPEN):
        request.complaint = complaint
        end_request(request, Move.ANSWER)
        record(complaint, Kind.INFORMATION_CAME, by=by, subject=request)


def end_requests(complaint: Complaint) -> None:
    """The complaint is over, or begins anew: nothing is waited for. Under the caller's lock."""
    for request in complaint.requests.filter(state=RequestState.OPEN):
        request.complaint = complaint
        end_request(request, Move.END)


def end_request(request: InformationRequest, move: Move) -> None:
    """It waits no longer, and nobody is reminded of it."""
    apply(request, move, by=User.objects.system())
    request.ended_at = clock.now()
    request.save(update_fields=["ended_at"])
    reminders = Message.objects.filter(dedupe_key=f"{request.complaint_id}:{reminder_key(request.message)}")
    answered = move == Move.ANSWER
    reason = gettext_noop("The request was answered") if answered else gettext_noop("It is no longer asked for")
    apply_to_all(reminders, Move.CANCEL, reason=reason)


def reminder_key(asked_in: Message) -> str:
    return f"request_reminder:{asked_in.pk}"
