"""Finding out what happened, page by page: accounts, differences, a verdict on each issue."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from complaints.actions import verification
from complaints.actions.moves import NotYours, refuse
from complaints.forms.base import DeskForm
from complaints.forms.verification import AccountForm, DifferenceForm, FindingForm, VerdictForm
from complaints.models import Account, Complaint, Discrepancy, Event, Evidence, User, Verdict
from complaints.permissions import acts_as_owner, works_cases
from complaints.views import loading
from complaints.views.acting import ActionView, Location
from complaints.views.cause_track import cause_track
from complaints.views.tellings import tellers
from complaints.workflow import Cause, Move, Who


class OnComplaint(ActionView):
    """A page of one complaint that is seen; `page` is where it leads afterwards."""

    page = "complaint"

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.complaint = loading.complaint(request, kwargs["ref"])

    def there(self) -> str:
        assert self.complaint
        return reverse(f"complaints:{self.page}", args=[self.complaint.reference])


class ReadByAll(OnComplaint):
    """Whoever sees the complaint reads the page; the owner alone sends its form."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        assert self.complaint
        if not acts_as_owner(self.person, self.complaint):
            raise NotYours(Who.OWNER)
        return super().post(request, **kwargs)


class WhileChecking(OnComplaint):
    """Shown only while the facts are being checked: nobody should type in vain."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        assert self.complaint
        verification.check_being_checked(self.complaint)
        return super().get(request, **kwargs)


class Verification(ReadByAll):
    """The cause track as steps, and its beginning."""

    form_class = DeskForm
    template_name = "complaints/verification.html"
    title = _("Check the facts")
    submit = _("Start checking")
    done = _("Checking has started. What the customer gets does not wait for it")
    page = "verification"

    def perform(self, form: DeskForm) -> Location:
        assert self.complaint
        verification.start_verifying(self.complaint, by=self.person)
        return self.there()

    def context(self) -> dict[str, Any]:
        assert self.complaint
        steps = cause_track(self.complaint)
        return {
            "steps": steps,
            "now": next((step for step in steps if step.is_now), None),
            "is_owner": acts_as_owner(self.person, self.complaint),
            "is_checked": self.complaint.cause in (Cause.VERIFIED, Cause.CAUSE_KNOWN),
            "works_here": works_cases(self.person, self.complaint),
            "evidence": Evidence.objects.visible_to(self.person).filter(complaint=self.complaint).select_related("by"),
        }


class VerificationEnd(OnComplaint):
    form_class = DeskForm
    template_name = "complaints/verification_end.html"
    title = _("The facts are checked")
    who = Who.OWNER
    move = Move.VERIFY
    done = _("The facts are checked. Next: the root cause")
    page = "verification"

    def perform(self, form: DeskForm) -> Location:
        assert self.complaint
        verification.finish_verifying(self.complaint, by=self.person)
        return self.there()

    def context(self) -> dict[str, Any]:
        assert self.complaint
        return {"issues": self.complaint.issues.prefetch_related("verdicts")}


class Accounts(LoginRequiredMixin, View):
    """Both sides, as far as this person may read them, and where they differ."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        complaint = loading.complaint(request, ref)
        person = loading.person(request)
        readable = Account.objects.readable_by(person, complaint).select_related("taken_by")
        taken = set(complaint.accounts.values_list("party", flat=True))
        sides = tellers(readable)
        differences = list(complaint.discrepancies.prefetch_related("evidence"))
        settled = [each for each in differences if each.state != Discrepancy.State.OPEN]
        context = {
            "complaint": complaint,
            "customers": [side for side in sides if side.party == Account.Party.CUSTOMER],
            "others": [side for side in sides if side.party != Account.Party.CUSTOMER],
            "customer_told": Account.Party.CUSTOMER in taken,
            "others_told": bool(taken - {Account.Party.CUSTOMER}),
            "differences": differences,
            "settled": len(settled),
            "reads_all": reads_all_accounts(person, complaint),
            "is_checking": complaint.cause == Cause.VERIFYING,
            "is_owner": acts_as_owner(person, complaint),
        }
        return render(request, "complaints/accounts.html", context)


class AccountNew(WhileChecking):
    form_class = AccountForm
    template_name = "complaints/accounts_new.html"
    title = _("Take an account")
    submit = _("Save the account")
    who = Who.AGENT
    done = _("Saved. It cannot be edited; a retelling is a new version")
    page = "accounts"

    def initial(self) -> dict[str, Any]:
        """Told again (`?again=<id>` of an account this person reads), or the side that has not told it yet."""
        assert self.complaint
        again = self.request.GET.get("again", "")
        readable = Account.objects.readable_by(self.person, self.complaint)
        before = readable.filter(pk=int(again)).first() if again.isdecimal() and len(again) < 10 else None
        if before:
            return {"party": before.party, "teller": before.teller}
        told = self.complaint.accounts.filter(party=Account.Party.CUSTOMER).exists()
        return {"party": Account.Party.EMPLOYEE if told else Account.Party.CUSTOMER}

    def perform(self, form: AccountForm) -> Location:
        assert self.complaint
        verification.take_account(self.complaint, by=self.person, **form.facts())
        return self.there()


class DifferenceNew(WhileChecking):
    form_class = DifferenceForm
    template_name = "complaints/difference_new.html"
    title = _("Add a difference")
    submit = _("Save the difference")
    who = Who.OWNER
    done = _("Saved. It needs a finding before the facts are checked")
    page = "accounts"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        assert self.complaint
        verification.check_both_told(self.complaint)
        return super().get(request, **kwargs)

    def perform(self, form: DifferenceForm) -> Location:
        assert self.complaint
        verification.note_discrepancy(self.complaint, by=self.person, **form.facts())
        return self.there()


class DifferenceFinding(OnComplaint):
    form_class = FindingForm
    template_name = "complaints/difference_finding.html"
    title = _("Add the finding")
    submit = _("Save the finding")
    who = Who.OWNER
    done = _("The difference has its finding")
    page = "accounts"

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.thing = loading.discrepancy(request, kwargs["pk"])
        self.complaint = self.thing.complaint

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.thing.state != Discrepancy.State.OPEN:
            raise refuse(self.title, "settled", gettext("It has a finding already"))
        return super().get(request, **kwargs)

    def form_kwargs(self) -> dict[str, Any]:
        return {"complaint": self.complaint}

    def context(self) -> dict[str, Any]:
        assert self.complaint
        return {"reads_all": reads_all_accounts(self.person, self.complaint)}

    def perform(self, form: FindingForm) -> Location:
        verification.settle_discrepancy(self.thing, by=self.person, **form.facts())
        return self.there()


class Verdicts(LoginRequiredMixin, View):
    """Every issue with the verdict that stands and the earlier ones."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        complaint = loading.complaint(request, ref)
        issues = complaint.issues.prefetch_related("verdicts__by", "verdicts__evidence")
        context = {
            "complaint": complaint,
            "issues": issues,
            "is_owner": acts_as_owner(loading.person(request), complaint),
            "is_checking": complaint.cause == Cause.VERIFYING,
            "is_checked": complaint.cause in (Cause.VERIFIED, Cause.CAUSE_KNOWN),
            "next_issue": next((issue for issue in issues if issue.verdict is None), None),
        }
        return render(request, "complaints/verdicts.html", context)


class VerdictPage(WhileChecking):
    form_class = VerdictForm
    template_name = "complaints/verdict.html"
    title = _("Verdict")
    submit = _("Give the verdict")
    section = "verdict"
    who = Who.OWNER
    done = _("The verdict stands. Earlier ones are kept")
    page = "verdicts"

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.thing = loading.issue(request, kwargs["pk"])
        self.complaint = self.thing.complaint

    def form_kwargs(self) -> dict[str, Any]:
        return {"complaint": self.complaint}

    def initial(self) -> dict[str, Any]:
        verdict = self.thing.verdict
        if verdict is None:
            return {}
        return {"finding": verdict.finding, "reasons": verdict.reasons, "evidence": list(verdict.evidence.all())}

    def concerns(self, event: Event) -> bool:
        return Verdict.objects.filter(pk=event.subject_id or 0, issue=self.thing).exists()

    def perform(self, form: VerdictForm) -> Location:
        verification.give_verdict(self.thing, by=self.person, **form.facts())
        return self.there()


def reads_all_accounts(person: User, complaint: Complaint) -> bool:
    """Whether the words of a difference, which quote both sides, give nothing away to this person (3.19)."""
    return Account.objects.readable_by(person, complaint).count() == complaint.accounts.count()
