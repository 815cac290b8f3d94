"""One promise: kept, given a new time, told late, released."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views import View

from complaints import clock
from complaints.models import Contact
from complaints.permissions import moves_open_to
from complaints.views import loading
from complaints.views.acting import ActionView, Location
from complaints.workflow import Move
from followups.actions import promise as actions
from followups.forms import KeepForm, RedateForm, ReleaseForm, TellForm
from followups.models import Promise


def load_promise(request: HttpRequest, pk: int) -> Promise:
    visible = Promise.objects.visible_to(loading.person(request))
    return get_object_or_404(visible.select_related("complaint__customer", "complaint__owner", "owner"), pk=pk)


class PromisePage(LoginRequiredMixin, View):
    """What was promised, by when, and what can be done about it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        promise, now = load_promise(request, pk), clock.now()
        may = moves_open_to(loading.person(request), promise)
        is_late = promise.state == Promise.State.MISSED or promise.is_overdue(now)
        context = {
            "promise": promise,
            "complaint": promise.complaint,
            "now": now,
            "is_late": is_late,
            "may_tell": promise.is_untold and Move.TELL in may,
            "may_keep": bool({Move.KEEP, Move.KEEP_LATE} & may),
            "may_redate": Move.REDATE in may and not is_late,
            "may_release": Move.RELEASE in may and not is_late,
        }
        return render(request, "followups/promise.html", context)


class _OnPromise(ActionView):
    """A move of one promise that is seen."""

    template_name = "followups/promise_action.html"
    thing: Promise

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.thing = load_promise(request, kwargs["pk"])
        self.complaint = self.thing.complaint

    def context(self) -> dict[str, Any]:
        return {"promise": self.thing, "now": clock.now(), "cancel_url": self.thing.get_absolute_url()}

    @property
    def is_late(self) -> bool:
        return self.thing.state == Promise.State.MISSED or self.thing.is_overdue(clock.now())


class Keeping(_OnPromise):
    form_class = KeepForm
    title = _("The promise is kept")
    submit = _("It is kept")

    @property
    def move(self) -> Move:  # type: ignore[override]
        return Move.KEEP_LATE if self.thing.state == Promise.State.MISSED else Move.KEEP

    def form_kwargs(self) -> dict[str, Any]:
        return {"is_late": self.is_late}

    def perform(self, form: KeepForm) -> Location:
        said = form.said(self.thing.complaint, reply=Contact.Reply.SUBSTANTIVE)
        self.thing = actions.keep_promise(self.thing, by=self.person, said=said)
        return self.thing.complaint

    def done_words(self, form: KeepForm) -> str:
        late = self.thing.state == Promise.State.KEPT_LATE
        return str(_("Kept, late. The customer has been told")) if late else str(_("Kept"))


class Redating(_OnPromise):
    form_class = RedateForm
    move = Move.REDATE
    title = _("Give the promise a new time")
    submit = _("The customer knows: set the new time")

    def done_words(self, form: RedateForm) -> str:
        if form.is_by_letter:
            return str(_("The letter with the new time goes out. A new promise stands in its place"))
        return str(_("A new promise stands in its place"))

    def perform(self, form: RedateForm) -> Location:
        said = form.said(self.thing.complaint)
        typed = form.cleaned_data
        return actions.redate_promise(
            self.thing, by=self.person, due_at=typed["due_at"], reason=typed["reason"], said=said
        )


class Telling(_OnPromise):
    form_class = TellForm
    move = Move.TELL
    title = _("Tell the customer that it is late")
    submit = _("The customer has been told")

    def done_words(self, form: TellForm) -> str:
        if form.is_by_letter:
            return str(_("The letter that admits it goes out. It stays counted as missed"))
        return str(_("Told. It stays counted as missed"))

    def perform(self, form: TellForm) -> Location:
        typed = form.cleaned_data
        said = form.said(self.thing.complaint, promised=typed["promised"], promised_by=typed["promised_by"])
        actions.tell_missed_promise(self.thing, by=self.person, said=said)
        return self.thing.complaint


class Release(_OnPromise):
    form_class = ReleaseForm
    move = Move.RELEASE
    title = _("Release the promise")
    done = _("Released. It need not be kept any more")

    def perform(self, form: ReleaseForm) -> Location:
        actions.release_promise(self.thing, by=self.person, reason=form.cleaned_data["reason"])
        return self.thing.complaint
