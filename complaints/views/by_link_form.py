"""A page behind a link that has one form: the same for customers and outside parties.

Nothing is carried out without the pressed button and the person's own choice (422, with everything typed kept); the
same form sent twice is carried out once and answered alike; a refusal is said in words for them (409).
"""

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actions.moves import MoveRefused
from complaints.models import Submission
from complaints.views.by_link import LinkView
from complaints.wording import when
from complaints.workflow import Reason

FOR_THEM: dict[str, Lazy] = {
    "wrong_state": gettext_lazy("This has changed in the meantime"),
    "late": gettext_lazy("The time to answer is over"),
    "changed": gettext_lazy("Our offer has changed since you opened this page: this is the one that stands now"),
    "closed": gettext_lazy("Your complaint is closed. If it is not solved, open it again"),
    "binding": gettext_lazy("It cannot be returned again"),
    "not_with_them": gettext_lazy("This has changed in the meantime"),
    "reviewed_once": gettext_lazy("We have looked at our decision again already. Call us if you see it differently"),
}
"""What stands in the way, said to those who do not work here. Anything else is for us to explain on the phone."""
OTHERWISE = gettext_lazy("It cannot be done from here. Call us: we see to it")
OWN_WORDS = frozenset({"continued", "files"})
"""Reasons that are written for the customer where they arise."""


class FormPage(LinkView):
    """Subclasses name the form, carry it out in `act`, and say in `after` where it leads."""

    form_class: ClassVar[type[forms.Form]]
    template: ClassVar[str]

    def make_form(self, typed: Any = None, files: Any = None, **initial: Any) -> Any:
        """Bound to what was sent, or empty."""
        return self.form_class(typed, files, initial=initial)

    def act(self, form: Any) -> None:
        """Carry out what a valid form says. May raise MoveRefused."""
        raise NotImplementedError

    def after(self, form: Any) -> HttpResponse:
        """The answer to a form that was carried out, now or when it was sent first: by now what it chose may be no
        choice any more, so read what was sent."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        return {}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.ask(self.make_form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.make_form(request.POST, request.FILES)
        valid, earlier = form.is_valid(), self._earlier
        if earlier is not None:
            return self._again(form, earlier)
        if not valid:
            return self.ask(form, status=422)
        if not self.was_pressed or self.key_sent is None:
            return self.ask(form, status=422, problems=[_("Press the button to send it")])
        try:
            carried_out = self.once(partial(self.act, form))
        except MoveRefused as refused:
            return self.refused(form, refused)
        return self.after(form) if carried_out else self._again(form, self._earlier)

    def ask(self, form: Any, *, status: int = 200, **more: Any) -> HttpResponse:
        return self.show(self.template, {"form": form, **self.context(), **more}, status=status)

    def refused(self, form: Any, refused: MoveRefused) -> HttpResponse:
        """The page as things stand now, with what was typed and why it was not done."""
        return self.ask(form, status=409, problems=said_to_them(refused.reasons))

    def _again(self, form: Any, earlier: Submission | None) -> HttpResponse:
        """The same form: the same answer. With other content it is not a repeat: the next click has its own key."""
        if earlier is not None and earlier.content == self.content_on(self.link):
            return self.after(form)
        note = _("This form was saved at %(time)s with other words. Send it again to save these too.")
        said = [note % {"time": when(earlier.at)}] if earlier else [_("Press the button to send it")]
        return self.ask(form, status=409, problems=said)

    @property
    def _earlier(self) -> Submission | None:
        """What this form's key was used for before."""
        key = self.key_sent
        return Submission.objects.filter(key=key).first() if key else None


def said_to_them(reasons: list[Reason]) -> list[str]:
    """Each reason once, in words for somebody who does not work here."""
    words = [str(each.words if each.code in OWN_WORDS else FOR_THEM.get(each.code, OTHERWISE)) for each in reasons]
    return list(dict.fromkeys(words)) or [str(OTHERWISE)]
