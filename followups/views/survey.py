"""The page behind the link of a survey: one question, the answer that was saved, and opening it again.

Opening it records nothing; the customer's own choice with the button pressed does (product.md section 7).
"""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints import clock
from complaints.actions.access import Purpose, hash_of, mint
from complaints.actions.by_customer import Said, reopen_by_customer
from complaints.actions.moves import MoveRefused
from complaints.models import AccessLink, Submission
from complaints.views.by_link import LinkView, dead_link
from complaints.workflow import Reason, Status
from followups.actions.survey import answer_survey
from followups.forms_survey import SolvedForm, WholeForm, as_typed
from followups.models import FollowUp, Survey

SECOND_PRESS = timedelta(minutes=10)
"""So long whoever pressed twice is still led on; after that the link is as dead as it is."""


class _SurveyLink(LinkView):
    """A page of a survey that still takes answers; of any other the link is dead."""

    purpose = Purpose.SURVEY
    survey: Survey

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        survey = Survey.objects.filter(complaint=self.link.complaint_id, cycle=self.link.cycle).first()
        if survey is None or not self.opens(survey):
            return dead_link(request)
        self.survey = survey
        return super().answer(request, *args, **kwargs)

    def opens(self, survey: Survey) -> bool:
        """Not over, and about the resolution that stands: not opened again since, not merged away."""
        complaint = self.link.complaint
        stands = complaint.status in (Status.RESOLVED, Status.CLOSED) and complaint.cycle == survey.cycle
        return stands and survey.takes_answers(self.now)

    def frame(self) -> dict[str, Any]:
        return {
            **super().frame(),
            "survey": self.survey,
            "agent": self.complaint.owner.first_name,
            "survey_url": self.place("followups:survey"),
            "reopening_url": self.place("followups:survey-reopening"),
        }


class SurveyPage(_SurveyLink):
    """The first question; once it is answered, what was saved and the other questions."""

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = request.GET.get("solved", "")
        if self.survey.is_answered and not chosen and not self.is_staff:
            return self._thanks(WholeForm(initial=as_typed(self.survey)))
        return self._ask(SolvedForm(initial={"solved": chosen}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = WholeForm(request.POST) if "whole" in request.POST else SolvedForm(request.POST)
        if not form.is_valid() or not self.was_pressed:
            return self._again(form)
        try:
            answer_survey(self.survey, form.answer(self.survey), by=self.voice())
        except MoveRefused:  # its time ended, or it was opened again, while the customer was answering
            return dead_link(request)
        return HttpResponseRedirect(self.place("followups:survey"))

    def _again(self, form: SolvedForm) -> HttpResponse:
        """Nothing was recorded: the page with everything typed, and what is missing."""
        page = self._thanks
        if not (isinstance(form, WholeForm) and self.survey.is_answered):
            form, page = SolvedForm(self.request.POST), self._ask
        problems = [] if form.errors else [_("Press the button to send it")]
        return page(form, problems=problems, status=422)

    def _ask(self, form: SolvedForm, *, status: int = 200, **more: Any) -> HttpResponse:
        return self.show("followups/survey.html", {"form": form, **more}, status=status)

    def _thanks(self, form: SolvedForm, *, status: int = 200, **more: Any) -> HttpResponse:
        calls = self.link.complaint.follow_ups.filter(cycle=self.survey.cycle, kind=FollowUp.Kind.CALL_BACK)
        change_url = self.place("followups:survey", solved=self.survey.solved)
        context = {"form": form, "call": calls.due().first(), "change_url": change_url, **more}
        return self.show("followups/survey_thanks.html", context, status=status)


class Reopening(_SurveyLink):
    """It is not solved: open it again. The link ends with it; from then on the status page is theirs."""

    def seek(self, token: str) -> AccessLink | None:
        return super().seek(token) or self._ended_by_this_form(token)

    def opens(self, survey: Survey) -> bool:
        return super().opens(survey) or self.was_sent_before

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._confirm()

    def post(self, request: HttpRequest) -> HttpResponse:
        refused: list[Reason] = []
        try:
            if self.was_pressed:
                self.once(self._reopen)
        except MoveRefused as refusal:
            refused = refusal.reasons
        self.complaint.refresh_from_db()
        if self.complaint.cycle > self.survey.cycle:  # by this form, or by somebody else a moment ago
            return HttpResponseRedirect(self._status_page())
        if refused:
            return self._confirm(problems=[reason.words for reason in refused], status=409)
        return self._confirm(problems=[_("Press the button to send it")], status=422)

    def _reopen(self) -> None:
        reopen_by_customer(self.complaint, Said(self.survey.comment), by=self.voice())

    def _status_page(self) -> str:
        token = mint(self.complaint, Purpose.STATUS, at=clock.now(), cycle=self.complaint.cycle)
        lang = f"&lang={self.language}" if "lang" in self.request.GET else ""
        return reverse("complaints:status", args=[token]) + f"?done=reopened{lang}"

    def _confirm(self, *, status: int = 200, **more: Any) -> HttpResponse:
        return self.show("followups/survey_reopening.html", more, status=status)

    def _ended_by_this_form(self, token: str) -> AccessLink | None:
        """The link that this very form has ended already: whoever presses twice is led on, not turned away."""
        if self.request.method != "POST" or self.key_sent is None:
            return None
        links = AccessLink.objects.select_related("complaint__customer", "complaint__owner")
        link = links.filter(token_hash=hash_of(token), purpose=self.purpose).first()
        sent = Submission.objects.filter(key=self.key_sent, at__gte=clock.now() - SECOND_PRESS)
        return link if link and sent.filter(content=self.content_on(link)).exists() else None
