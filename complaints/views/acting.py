"""The shape of every page that does something.

A subclass says what it loads, which form it shows and which action it calls;
this class does the rest, the same everywhere (product.md section 10): 422 with
everything typed kept, 409 for a refusal or somebody else's change, 403 with
the name of who does it, and a second submit that gets the first result again.
"""

import uuid
from contextlib import suppress
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from complaints import clock
from complaints.actions.moves import MoveRefused, NotYours, check_person
from complaints.forms.base import DeskForm, content_of
from complaints.kinds import SECTIONS
from complaints.models import Complaint, Customer, Event, Submission, User
from complaints.permissions import WHO
from complaints.timeline import changed_since, seq_of
from complaints.views.loading import person
from complaints.wording import when
from complaints.workflow import Move, Who

Location = str | Any


class SomebodyElseChanged(Exception):
    """The section was changed after the form was rendered."""

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        super().__init__()


class ActionView(LoginRequiredMixin, View):
    """Subclasses set the attributes, and write `load`, `perform` and, if they differ, `initial` and `context`."""

    form_class: ClassVar[type[DeskForm]]
    template_name: ClassVar[str] = "complaints/action.html"
    section: ClassVar[str] = ""  # of kinds.SECTIONS: what this form would overwrite
    move: ClassVar[Move | None] = None  # asked of the table before the page is shown: 403 or 409
    who: ClassVar[Who | None] = None  # who the page is for, where no move says it: 403
    title: ClassVar[Any] = ""
    submit: ClassVar[Any] = ""
    done: ClassVar[Any] = ""

    person: User
    complaint: Complaint | None = None
    thing: Any = None  # the row the move is made on, when it is not the complaint

    # -- what a subclass says ----------------------------------------------------
    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        """Set `complaint` and `thing`; through `loading`, so that a foreign one is a 404."""
        raise NotImplementedError

    def perform(self, form: Any) -> Location:
        """Call the action; return where to go (anything `resolve_url` takes)."""
        raise NotImplementedError

    def initial(self) -> dict[str, Any]:
        return {}

    def form_kwargs(self) -> dict[str, Any]:
        return {}

    def context(self) -> dict[str, Any]:
        return {}

    def done_words(self, form: Any) -> str:
        return str(self.done)

    def concerns(self, event: Event) -> bool:
        """Whether a change of the section is one of what this form shows (a verdict on another issue is not)."""
        return True

    # -- the same for all -----------------------------------------------------------
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            self.person = person(request)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        try:
            self.load(request, **kwargs)
            self._ask_who()
            response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
            return response
        except (Http404, NotYours):
            again = self._first_result()  # the first of two clicks may have put the page out of this person's reach
            if again is None:
                raise
            return again

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.move:
            check_person(self.subject, self.move, by=self.person)
        initial = self.initial()
        if self.about and self.section:
            initial["version"] = seq_of(self.about)
        return self.show(self.form_class(initial=initial, **self.form_kwargs()))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form_class(request.POST, request.FILES, **self.form_kwargs())
        self._take_theirs(form)
        repeat = self._repeat(form)
        if repeat:
            return repeat
        self._ask_person()
        self._ask_version(form)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            location = self._carry_out(form)
        except MoveRefused as refusal:
            return self.show(form, status=409, refusal=refusal)
        except SomebodyElseChanged as change:
            return self.show(form, status=409, conflict=self._conflict(form, change))
        except _Twice:
            note = _("Somebody else has sent this form already. Yours is not saved yet: send it again")
            return self._repeat(form) or self._with_new_key(form, note)
        words = self.done_words(form)
        if words:
            messages.success(request, words)
        return HttpResponseRedirect(location)

    def show(
        self,
        form: DeskForm,
        *,
        status: int = 200,
        refusal: MoveRefused | None = None,
        conflict: dict[str, Any] | None = None,
        note: str = "",
    ) -> HttpResponse:
        context = {
            "form": form,
            "complaint": self.complaint,
            "thing": self.thing,
            "title": self.title,
            "submit": self.submit or self.title,
            "refusal": refusal,
            "conflict": conflict,
            "note": note,
            "cancel_url": self.back_url(),
            **self.context(),
        }
        return render(self.request, self.template_name, context, status=status)

    def back_url(self) -> str:
        """Where Cancel leads: to the row, else the complaint."""
        for place in (self.thing, self.complaint):
            if place is not None and place.pk and hasattr(place, "get_absolute_url"):
                return str(place.get_absolute_url())
        return ""

    @property
    def subject(self) -> Any:
        """What the move is made on: the row, else the complaint."""
        return self.thing if self.thing is not None else self.complaint

    @property
    def about(self) -> Complaint | Customer | None:
        """Whose record the section is a part of: its stream has the versions."""
        return self.complaint

    def _ask_person(self) -> None:
        """A wrong person hears so before a wrong word; a wrong state is the action's to refuse, with every reason."""
        if self.move:
            with suppress(MoveRefused):
                check_person(self.subject, self.move, by=self.person)

    def _ask_who(self) -> None:
        if self.who and not WHO[self.who](self.person, self.subject):
            raise NotYours(self.who)

    def _ask_version(self, form: DeskForm) -> None:
        """A form that overwrites a section says what it was rendered with, or nobody can tell what it overwrites."""
        if not (self.section and self.about):
            return
        now = seq_of(self.about)
        form.is_valid()
        version = form.cleaned_data.get("version")
        if version is None or version > now:
            form.out_of_date(now)

    @transaction.atomic
    def _carry_out(self, form: DeskForm) -> str:
        """Key first, then the lock, then the section's version, then the act: all in one transaction."""
        try:
            with transaction.atomic():
                submission = Submission.objects.create(
                    key=form.cleaned_data["submit_key"], user=self.person, content=self._content, at=clock.now()
                )
        except IntegrityError as error:
            raise _Twice from error
        self._refuse_stale(form)
        submission.location = resolve_url(self.perform(form))[:300]
        submission.save(update_fields=["location"])
        return submission.location

    def _refuse_stale(self, form: DeskForm) -> None:
        about = self.about
        if not (self.section and about):
            return
        type(about).objects.lock(about.pk)
        newer = changed_since(about, form.cleaned_data["version"], SECTIONS[self.section])
        events = [event for event in newer if self.concerns(event)]
        if events:
            raise SomebodyElseChanged(events)

    def _repeat(self, form: DeskForm) -> HttpResponse | None:
        """The same key with the same content: the first result again. With other content: not a repeat, and said so."""
        earlier = self._earlier
        if earlier is None:
            return None
        first = self._first_result()
        if first:
            return first
        form.is_valid()
        note = _("This form was saved at %(time)s with other words. Send it again to save these too.")
        return self._with_new_key(form, note % {"time": when(earlier.at)})

    def _with_new_key(self, form: DeskForm, note: str) -> HttpResponse:
        """The key is used up and what was typed is not saved: the next click has a key of its own."""
        form.say_again(submit_key=str(uuid.uuid4()))
        return self.show(form, status=409, note=note)

    def _first_result(self) -> HttpResponse | None:
        """What was answered when this person sent this key with this content, if that has happened."""
        earlier = self._earlier
        if earlier is None or earlier.content != self._content:
            return None
        messages.info(self.request, _("Already done at %(time)s. Nothing was doubled") % {"time": when(earlier.at)})
        return HttpResponseRedirect(earlier.location)

    @property
    def _earlier(self) -> Submission | None:
        key = _uuid(self.request.POST.get("submit_key"))
        return Submission.objects.filter(key=key, user=self.person).first() if key else None

    @cached_property
    def _content(self) -> str:
        return content_of(self.request.POST, self.request.FILES, address=self.request.get_full_path())

    def _conflict(self, form: DeskForm, change: SomebodyElseChanged) -> dict[str, Any]:
        """Both values of every field that differs from what stands now, for the person to choose from."""
        self.load(self.request, **self.kwargs)
        theirs, touched = self.initial(), _fields_of(change.events)
        rows = [
            {
                "name": name,
                "label": form.fields[name].label,
                "mine": shown(form, name, form.cleaned_data.get(name)),
                "theirs": shown(form, name, value) if name in touched or not touched else "",
                "choice": "theirs" if name in touched else "mine",
            }
            for name, value in theirs.items()
            if name in form.fields and form.cleaned_data.get(name) != value
        ]
        assert self.about
        form.say_again(submit_key=str(uuid.uuid4()), version=str(seq_of(self.about)))
        last = change.events[-1]
        return {"other": last.by.first_name, "at": last.at, "rows": rows}

    def _take_theirs(self, form: DeskForm) -> None:
        """After a conflict the page asks, field by field, whose value stands (`choose_<field>`): put theirs in."""
        chosen = [name for name in form.fields if self.request.POST.get(f"choose_{name}") == "theirs"]
        theirs = self.initial() if chosen else {}
        form.say_again(**{name: form.fields[name].prepare_value(theirs.get(name)) for name in chosen})


class _Twice(Exception):
    """Another request with the same key was faster."""


def _fields_of(events: list[Event]) -> set[str]:
    """Which fields the other person changed, where the events say so: theirs stand unless one chooses otherwise."""
    return {name for event in events for name in str(event.codes.get("fields", "")).split(",") if name}


def shown(form: DeskForm, name: str, value: Any) -> str:
    """A value as a person reads it: a choice's label, not its code."""
    choices = dict(getattr(form.fields[name], "choices", []) or [])
    values = value if isinstance(value, list) else [value]
    return (
        ", ".join(str(choices.get(getattr(each, "pk", each), each)) for each in values if each not in (None, "")) or "–"
    )


def _uuid(key: str | None) -> str | None:
    cleaned = (key or "").replace("-", "")
    return cleaned if len(cleaned) == 32 and all(c in "0123456789abcdefABCDEF" for c in cleaned) else None
