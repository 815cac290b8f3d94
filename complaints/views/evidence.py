"""Keeping evidence, and handing it out again to whoever may read it."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views import View

from complaints.actions.verification import add_evidence
from complaints.forms.files import EvidenceForm, HandoffFileForm
from complaints.models import Evidence
from complaints.views import loading
from complaints.views.acting import ActionView, Location
from complaints.views.packet import about
from complaints.workflow import Who


class EvidenceNew(ActionView):
    form_class = EvidenceForm
    who = Who.AGENT
    title = gettext_lazy("Add evidence")
    submit = gettext_lazy("Keep it")
    done = gettext_lazy("Kept. It cannot be changed any more")

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.complaint = loading.complaint(request, kwargs["ref"])

    def perform(self, form: EvidenceForm) -> Location:
        assert self.complaint
        add_evidence(self.complaint, by=self.person, **form.facts())
        return self.complaint


class HandoffFileNew(ActionView):
    """From either side: the department adds what it found, the owner's side shows it one more thing."""

    form_class = HandoffFileForm
    template_name = "complaints/handoff_action.html"
    title = gettext_lazy("Attach a file")
    submit = gettext_lazy("Attach")
    done = gettext_lazy("Attached. Both sides of the handoff see it")

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.thing = loading.handoff(request, kwargs["pk"])

    def context(self) -> dict[str, Any]:
        return about(self.thing, self.person)

    def perform(self, form: HandoffFileForm) -> Location:
        add_evidence(self.thing.complaint, by=self.person, handoff=self.thing, **form.facts())
        return self.thing


class EvidenceFile(LoginRequiredMixin, View):
    """Always a download, never a page: whatever is in the file, the browser does not run it here."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        evidence = loading.evidence(request, pk)
        if not evidence.file:
            raise Http404
        return download(evidence) or _gone(request)


def download(evidence: Evidence) -> FileResponse | None:
    """The file of whoever may read it, as nothing but a file; None where there is none, or it is gone from the disk."""
    try:
        content = evidence.file.open("rb") if evidence.file else None
    except FileNotFoundError:
        content = None
    if content is None:
        return None
    headers = {
        "Content-Type": evidence.media_type,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return FileResponse(content, as_attachment=True, filename=evidence.name, headers=headers)


def _gone(request: HttpRequest) -> HttpResponse:
    """The row is there and the file is not: said plainly, so that somebody looks for it."""
    return render(request, "complaints/evidence_gone.html", status=410)
