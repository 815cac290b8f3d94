"""Letters of a complaint: the list, one of them, writing one, and what may be done with it."""

from math import ceil
from typing import Any, ClassVar

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from complaints import clock
from complaints.actions import correspondence
from complaints.actions.letters import correction_values, send_correction, send_letter
from complaints.actions.merged import refuse_merged
from complaints.actions.moves import refuse
from complaints.actions.requests import ask_for_information, draft_request
from complaints.emails import to_customer
from complaints.emails.rendering import Written, write
from complaints.forms.base import DeskForm
from complaints.forms.letters import BounceForm, CancelForm, CorrectionForm, LetterForm, RequestForm, ResendForm
from complaints.models import Complaint, Event, MailHold, Message, User
from complaints.permissions import is_supervisor_of, moves_open_to, works_cases
from complaints.views import loading, paging
from complaints.views.acting import ActionView, Location
from complaints.views.letter_rows import WAITING, reading, row, rows, without_notices
from complaints.views.writing import WritingView
from complaints.workflow import Move, Status, Who

ON_A_PAGE = 50
Kind, State = Message.Kind, Message.State
EARLY = (Status.RECEIVED, Status.IN_PROGRESS)


# -- reading ------------------------------------------------------------------------
class Letters(LoginRequiredMixin, View):
    """All letters of a complaint, newest first; notices to colleagues when asked for."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        complaint, user = loading.complaint(request, ref), loading.person(request)
        with_notices = request.GET.get("notices") == "1"
        letters = loading.letters(request).filter(complaint=complaint).defer("text")
        before = request.GET.get("before", "")
        page = list(paging.older(letters if with_notices else without_notices(letters), before)[: ON_A_PAGE + 1])
        context = {
            "complaint": complaint,
            "rows": rows(page[:ON_A_PAGE], clock.now()),
            "older": page[ON_A_PAGE - 1].pk if len(page) > ON_A_PAGE else None,
            "is_older": bool(before),
            "with_notices": with_notices,
            "may_write": works_cases(user, complaint) and complaint.status != Status.MERGED,
        }
        return render(request, "complaints/letters.html", context)


class LetterPage(LoginRequiredMixin, View):
    """One letter as it is read, where it is, and what may be done with it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        letter, user = loading.message(request, pk), loading.person(request)
        complaint = letter.complaint if letter.complaint and works_cases(user, letter.complaint) else None
        context = {
            "letter": letter,
            "row": row(letter, clock.now()),
            "reading": reading(letter, letter.language),
            "complaint": complaint,
            "replaced_by": list(letter.replaced_by.order_by("pk")),
            "hold": MailHold.objects.first() if letter.state in WAITING else None,
            "seconds": _seconds_left(letter),
            **(_of_complaint(letter, complaint, user) if complaint else {}),
        }
        return render(request, "complaints/message.html", context)


def _of_complaint(letter: Message, complaint: Complaint, user: User) -> dict[str, Any]:
    moves = moves_open_to(user, letter)
    went_again = letter.replaced_by.exclude(state__in=[State.CANCELLED, State.FAILED])
    happened = Event.objects.filter(complaint=complaint, subject_type="message", subject_id=letter.pk)
    return {
        "events": list(happened.order_by("seq")),
        "task": getattr(letter, "task", None),
        "may_undo": Move.UNDO in moves,
        "may_cancel": letter.state == State.PENDING and Move.CANCEL in moves and may_stop(user, letter),
        "may_resend": correspondence.may_go_again(letter) and not went_again.exists(),
        "may_bounce": Move.BOUNCE in moves,
        "again_url": _write_again(letter, complaint) if letter.state == State.CANCELLED else "",
        "undo_form": DeskForm(auto_id="undo_%s"),
        "send_form": DeskForm(auto_id="send_%s"),
    }


def may_stop(user: User, letter: Message) -> bool:
    """A notice tells a colleague what they answer for: only a supervisor keeps it back."""
    assert letter.complaint
    return not letter.is_to_staff or is_supervisor_of(user, letter.complaint)


def _seconds_left(letter: Message) -> int:
    if letter.state != State.HELD or letter.held_until is None:
        return 0
    return max(ceil((letter.held_until - clock.wall()).total_seconds()), 0)


def _write_again(letter: Message, complaint: Complaint) -> str:
    """Where what was typed can be put right, for a letter somebody composed and took back."""
    if letter.kind == Kind.FINAL_REPLY:
        return reverse("complaints:final-reply", args=[complaint.reference])
    if letter.kind not in LetterNew.KINDS:
        return ""
    return f"{reverse('complaints:letter-new', args=[complaint.reference])}?kind={letter.kind}&again={letter.pk}"


# -- writing ------------------------------------------------------------------------
class LetterNew(WritingView):
    """A letter in one's own words, a request for something we need, or a correction."""

    KINDS: ClassVar[dict[str, tuple[Any, type[DeskForm]]]] = {
        Kind.LETTER: (gettext_lazy("In your own words"), LetterForm),
        Kind.REQUEST: (gettext_lazy("Ask for something"), RequestForm),
        Kind.CORRECTION: (gettext_lazy("Correct what we told"), CorrectionForm),
    }
    template_name = "complaints/letter_new.html"
    who = Who.AGENT
    title = gettext_lazy("Write to the customer")
    submit = gettext_lazy("Send")

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.complaint = loading.complaint(request, kwargs["ref"])
        asked = request.GET.get("kind", "")
        self.kind = Kind(asked) if asked in self.KINDS else Kind.LETTER

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        refuse_merged(self.complaint, self.title)
        if self.kind == Kind.REQUEST and self.complaint.status not in EARLY:
            raise refuse(Move.REQUEST.label, "not_open", _("The complaint is no longer being worked on"))
        return super().get(request, **kwargs)

    @property
    def form_class(self) -> type[DeskForm]:  # type: ignore[override]
        return self.KINDS[self.kind][1]

    def initial(self) -> dict[str, Any]:
        taken_back = self._taken_back()
        if taken_back:
            return _as_typed(taken_back)
        if self.kind == Kind.CORRECTION:
            return {"was_told": self.complaint.was_told, "correct": self.complaint.correct_information}
        return {}

    def context(self) -> dict[str, Any]:
        early = self.complaint.status in EARLY
        kinds = [(kind, label) for kind, (label, _form) in self.KINDS.items() if early or kind != Kind.REQUEST]
        return {**super().context(), "kinds": kinds, "kind": self.kind}

    def written(self, form: Any) -> Written:
        return write(f"complaints/{self.kind}", self.complaint.customer.language, self._values(form))

    def perform(self, form: Any) -> Location:
        match self.kind:
            case Kind.REQUEST:
                return ask_for_information(self.complaint, form.facts(), by=self.person).message
            case Kind.CORRECTION:
                return send_correction(self.complaint, form.facts(), by=self.person)
            case _:
                return send_letter(self.complaint, by=self.person, **_typed(form, "words", "reply"))

    def done_words(self, form: Any) -> str:
        return self.undo_words()

    def _values(self, form: Any) -> dict[str, Any]:
        match self.kind:
            case Kind.REQUEST:
                return to_customer.request(self.complaint, draft_request(self.complaint, form.facts(), by=self.person))
            case Kind.CORRECTION:
                return correction_values(self.complaint, form.facts())
            case _:
                return to_customer.letter(self.complaint, words=form.cleaned_data["words"])

    def _taken_back(self) -> Message | None:
        """The letter whose words are to be put right, named behind the question mark."""
        again = self.request.GET.get("again", "")
        if not (again.isascii() and again.isdigit() and len(again) < 19):
            return None
        letters: QuerySet[Message] = Message.objects.visible_to(self.person).select_related("contact", "request")
        return letters.filter(complaint=self.complaint, kind=self.kind, pk=int(again)).first()


def _as_typed(letter: Message) -> dict[str, Any]:
    contact, request = getattr(letter, "contact", None), getattr(letter, "request", None)
    if request:
        return {name: getattr(request, name) for name in ("item", "items", "why", "answer_by", "remind_on")}
    if contact is None:
        return {}
    if contact.correction:
        meaning = contact.words.removeprefix(contact.correction).strip()
        return {"was_told": letter.complaint.was_told, "correct": contact.correction, "meaning": meaning}  # type: ignore[union-attr]
    return {"words": contact.words}


def _typed(form: Any, *names: str) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names}


# -- doing something with one --------------------------------------------------------
class _OnLetter(ActionView):
    """A move of one letter about a complaint that is seen."""

    template_name = "complaints/letter_action.html"
    thing: Message
    complaint: Complaint

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.thing = loading.message(request, kwargs["pk"])
        if self.thing.complaint is None or not works_cases(self.person, self.thing.complaint):
            raise Http404  # a notice of one's own, to be read
        self.complaint = self.thing.complaint

    def context(self) -> dict[str, Any]:
        return {"letter": self.thing, "row": row(self.thing, clock.now())}


class MessageUndoing(_OnLetter):
    form_class = DeskForm
    move = Move.UNDO
    title = gettext_lazy("Undo sending")
    submit = gettext_lazy("Undo")
    done = gettext_lazy("Undone. Nothing was sent")

    def perform(self, form: DeskForm) -> Location:
        return correspondence.undo_letter(self.thing, by=self.person)


class MessageRelease(_OnLetter):
    form_class = DeskForm
    move = Move.RELEASE_NOW
    title = gettext_lazy("Send now")
    done = gettext_lazy("It goes out now")

    def perform(self, form: DeskForm) -> Location:
        return correspondence.send_now(self.thing, by=self.person)


class MessageCancellation(_OnLetter):
    form_class = CancelForm
    move = Move.CANCEL
    title = gettext_lazy("Cancel the letter")
    done = gettext_lazy("Cancelled. It does not go out")

    @property
    def who(self) -> Who | None:  # type: ignore[override]
        return Who.SUPERVISOR if self.thing.is_to_staff else None

    def perform(self, form: CancelForm) -> Location:
        return correspondence.cancel_letter(self.thing, by=self.person, reason=form.cleaned_data["reason"])


class MessageResending(_OnLetter):
    form_class = ResendForm
    who = Who.AGENT
    title = gettext_lazy("Send it again")
    done = gettext_lazy("It goes out again, with links of its own")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.thing.state not in correspondence.MAY_GO_AGAIN:
            words = _("It is now: %(state)s") % {"state": self.thing.get_state_display()}
            raise refuse(self.title, "wrong_state", words)
        return super().get(request, **kwargs)

    def perform(self, form: ResendForm) -> Location:
        return correspondence.resend_letter(self.thing, by=self.person, reason=form.cleaned_data["reason"])


class MessageBounce(_OnLetter):
    form_class = BounceForm
    move = Move.BOUNCE
    title = gettext_lazy("It came back")
    submit = gettext_lazy("Note that it came back")

    def perform(self, form: BounceForm) -> Location:
        letter = correspondence.note_bounce(self.thing, by=self.person, reason=form.cleaned_data["reason"])
        return getattr(Message.objects.get(pk=letter.pk), "task", letter)

    def done_words(self, form: BounceForm) -> str:
        return str(_("Noted. The customer has to hear it another way")) if self.thing.customer else str(_("Noted"))
