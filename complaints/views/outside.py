"""The page on which an outside party answers, by the link in its letter: the packet, and one form.

It stands for the department's pages, for somebody who has no account; every act is the same action.
"""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from complaints.actions.access import Purpose, hash_of
from complaints.actions.handoff import accept_handoff, answer_at_once, return_handoff
from complaints.actions.moves import MoveRefused
from complaints.actions.verification import add_evidence
from complaints.forms.by_link import OutsideForm
from complaints.models import AccessLink, Evidence, Handoff, Submission, User
from complaints.views.by_link import LinkView, dead_link
from complaints.views.by_link_form import FormPage
from complaints.views.evidence import download
from complaints.views.packet import about


class _OutsideLink(LinkView):
    purpose = Purpose.HANDOFF
    staff_words = gettext_lazy("You are signed in as staff. Only whoever was asked can answer here.")

    def voice(self) -> User:
        return User.objects.outside()

    def reads_in(self) -> tuple[str, ZoneInfo]:
        """As their letter is written; their zone is not known, so it is ours."""
        return self.link.complaint.language, ZoneInfo(settings.SITE_TIME_ZONE)

    def frame(self) -> dict[str, Any]:
        """The pages read the packet, never the complaint."""
        return {**super().frame(), "complaint": None, "reference": self.link.complaint.reference}

    @cached_property
    def handoff(self) -> Handoff:
        """As the link found it, together with the complaint's own row."""
        handoff = self.link.handoff
        assert handoff  # a handoff link is about a handoff, by constraint
        handoff.complaint = self.link.complaint
        return handoff


class OutsideAnswer(_OutsideLink, FormPage):
    """Accept, answer or return; once answered, what was said."""

    template = "by_link/outside.html"

    def seek(self, token: str) -> AccessLink | None:
        return super().seek(token) or self._returned_by_this_form(token)

    def make_form(self, typed: Any = None, files: Any = None, **initial: Any) -> OutsideForm:
        return OutsideForm(typed, files, initial=initial, handoff=self.handoff)

    def act(self, form: OutsideForm) -> None:
        typed, handoff, by = form.cleaned_data, self.handoff, self.voice()
        match typed["act"]:
            case "accept":
                accept_handoff(handoff, by=by)
            case "return":
                return_handoff(handoff, by=by, why=typed["why"], words=typed["reason"].strip())
            case _:
                for file in typed["attachments"]:
                    add_evidence(handoff.complaint, by=by, kind=Evidence.Kind.OTHER, file=file, handoff=handoff)
                answer_at_once(handoff, by=by, words=typed["words"].strip(), cause_is_ours=typed["cause_is_ours"])

    def after(self, form: OutsideForm) -> HttpResponse:
        if form["act"].value() == "return":  # with it the link ends, so there is no page to lead to
            return self.show("by_link/outside_returned.html", {"owner": self.handoff.complaint.owner.first_name})
        return HttpResponseRedirect(self.place("complaints:outside-answer"))

    def refused(self, form: Any, refused: MoveRefused) -> HttpResponse:
        self.handoff.refresh_from_db()
        if self.handoff.state in (Handoff.State.RETURNED, Handoff.State.WITHDRAWN):
            return dead_link(self.request)
        return super().refused(form, refused)

    def context(self) -> dict[str, Any]:
        handoff = self.handoff
        return {
            **about(handoff, self.voice()),
            "may_answer": handoff.is_owed,
            "is_accepted": handoff.state == Handoff.State.ACCEPTED,
            "is_late": handoff.is_late(self.now),
            "here": self.place("complaints:outside-answer"),
        }

    def _returned_by_this_form(self, token: str) -> AccessLink | None:
        """The link that this very form has ended: whoever presses twice is thanked, not turned away."""
        if self.request.method != "POST" or self.key_sent is None:
            return None
        links = AccessLink.objects.select_related("complaint__customer", "complaint__owner", "handoff__department")
        link = links.filter(token_hash=hash_of(token), purpose=self.purpose).first()
        sent = Submission.objects.filter(key=self.key_sent)
        return link if link and sent.filter(content=self.content_on(link)).exists() else None


class OutsideFile(_OutsideLink):
    """A file that was shown to them, or that they sent: always a download."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        evidence = self.handoff.files.filter(pk=pk).first()
        found: FileResponse | None = download(evidence) if evidence else None
        return found or dead_link(request)
