"""What is said to the customer and by the customer, and what we note among ourselves."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import clock
from complaints.actions.contact import give_final_reply, log_contact
from complaints.actions.intake import add_note, add_to_narrative
from complaints.actions.moves import refuse
from complaints.emails import to_customer
from complaints.emails.rendering import Written, write
from complaints.forms.contacts import CHANNELS, AdditionForm, ContactForm, FinalReplyForm, NoteForm
from complaints.models import Channel, Complaint
from complaints.views import loading
from complaints.views.acting import ActionView, Location
from complaints.views.writing import WritingView
from complaints.workflow import MessageState, Status, Who

WORKED_ON = (Status.IN_PROGRESS, Status.RESOLVED)


class _OnComplaint(ActionView):
    """A page of one complaint that is seen."""

    complaint: Complaint

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.complaint = loading.complaint(request, kwargs["ref"])


class ContactNew(_OnComplaint):
    """Any agent who sees it may log a contact on it; an owner away is no reason to keep a customer waiting."""

    form_class = ContactForm
    template_name = "complaints/contact_new.html"
    who = Who.AGENT
    title = gettext_lazy("Log a contact")
    submit = gettext_lazy("Log the contact")

    def initial(self) -> dict[str, Any]:
        return {
            "channel": self.complaint.channel if self.complaint.channel != "import" else "phone",
            "language": self.complaint.customer.language,
            "reached": "yes",
        }

    def perform(self, form: ContactForm) -> Location:
        return log_contact(self.complaint, form.facts(), by=self.person).complaint

    def done_words(self, form: ContactForm) -> str:
        facts = form.facts()
        if facts.promised:
            return _("Logged, with a promise. It stands in the queue until it is kept")
        return _("Logged as a try") if not facts.reached else _("Logged")


class NoteNew(_OnComplaint):
    form_class = NoteForm
    who = Who.AGENT
    title = gettext_lazy("Add a note")
    submit = gettext_lazy("Add the note")
    done = gettext_lazy("Noted. The customer does not see it")

    def perform(self, form: NoteForm) -> Location:
        return add_note(self.complaint, by=self.person, words=form.cleaned_data["words"]).complaint


class AdditionNew(_OnComplaint):
    form_class = AdditionForm
    template_name = "complaints/addition_new.html"
    who = Who.AGENT
    title = gettext_lazy("Add in the customer’s words")
    submit = gettext_lazy("Add it")
    done = gettext_lazy("Added beside what was said before")

    def perform(self, form: AdditionForm) -> Location:
        return add_to_narrative(self.complaint, by=self.person, words=form.cleaned_data["words"]).complaint


class FinalReply(_OnComplaint, WritingView):
    """Answers every issue; by e-mail it goes out as a letter, and without any channel it is written and kept, not sent
    (product.md section 6 (7))."""

    form_class = FinalReplyForm
    template_name = "complaints/final_reply.html"
    who = Who.OWNER
    title = gettext_lazy("Final reply")
    submit = gettext_lazy("Give the final reply")

    def get(self, request: HttpRequest, **kwargs: Any) -> Any:
        if self.complaint.status not in WORKED_ON:
            raise refuse(_("The final reply"), "not_open", _("The complaint is not being worked on"))
        return super().get(request, **kwargs)

    def form_kwargs(self) -> dict[str, Any]:
        return {"complaint": self.complaint}

    def initial(self) -> dict[str, Any]:
        """What was taken back, to be put right; else where each answer may begin."""
        language = self.complaint.customer.language
        issues = self.complaint.issues.prefetch_related("verdicts")
        begun = {f"answer_{issue.pk}": to_customer.answer_to(issue, language) for issue in issues}
        return {"channel": self._channel(), "language": language, **begun, **self._taken_back()}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "reachable": bool(self.complaint.customer.channels)}

    def written(self, form: FinalReplyForm) -> Written:
        said = {name: value for name, value in form.facts().items() if name not in ("channel", "language")}
        values = to_customer.final_reply(self.complaint, at=clock.now(), **said)
        return write("complaints/final_reply", self.complaint.customer.language, values)

    def perform(self, form: FinalReplyForm) -> Location:
        reachable = bool(self.complaint.customer.channels)
        reply = give_final_reply(self.complaint, by=self.person, reached=reachable, **form.facts())
        return reply.message or self.complaint

    def done_words(self, form: FinalReplyForm) -> str:
        if form.cleaned_data["channel"] == Channel.EMAIL and self.complaint.customer.channels:
            return self.undo_words()
        if self.complaint.customer.channels:
            return _("The final reply is given. Every issue is answered")
        return _("The final reply is written and kept: no way to reach the customer is known")

    def _channel(self) -> str:
        """How the complaint came, where we can answer that way."""
        used = self.complaint.channel
        usable = used in dict(CHANNELS) and (used != Channel.EMAIL or bool(self.complaint.customer.letter_address))
        return used if usable else Channel.PHONE

    def _taken_back(self) -> dict[str, Any]:
        last = self.complaint.contacts.filter(is_final_reply=True, cycle=self.complaint.cycle).order_by("pk").last()
        if last is None or last.message is None or last.message.state != MessageState.CANCELLED:
            return {}
        answers = {f"answer_{answer.issue_id}": answer.words for answer in last.answers.all()}
        return {"channel": Channel.EMAIL, "correction": last.correction, **answers}
