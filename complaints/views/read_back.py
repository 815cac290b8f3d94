"""Reading a complaint back to the customer: their yes, and what happens next."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import wording
from complaints.actions.intake import agree_read_back
from complaints.actions.moves import refuse
from complaints.forms.base import LONGEST_TEXT
from complaints.forms.read_back import ReadBackForm
from complaints.guidance import read_back
from complaints.models import Complaint
from complaints.permissions import limits_of
from complaints.views import loading
from complaints.views.acting import ActionView, Location
from complaints.views.letter_rows import masked
from complaints.workflow import Status, Who

SPOKEN = ("phone", "counter", "chat")
"""Channels on which a read-back happens there and then; a complaint by letter is read back on the phone."""


class ReadBack(ActionView):
    """Say it again in the customer's language, hear their yes, promise what comes next."""

    form_class = ReadBackForm
    template_name = "complaints/read_back.html"
    section = "read_back"
    who = Who.AGENT
    title = gettext_lazy("Read back")

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.complaint = loading.complaint(request, kwargs["ref"])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self._complaint.status not in (Status.RECEIVED, Status.IN_PROGRESS):
            raise refuse(_("Read back"), "too_late", _("The complaint is no longer being worked on"))
        return super().get(request, **kwargs)

    def form_kwargs(self) -> dict[str, Any]:
        return {"complaint": self._complaint}

    def initial(self) -> dict[str, Any]:
        """What was agreed last, else what was noted on the call."""
        complaint = self._complaint
        return {
            "what_happened": complaint.what_happened or _that_fits(complaint.narrative),
            "why_it_matters": complaint.why_it_matters,
            "what_is_wanted": complaint.what_is_wanted or self._wanted(),
        }

    def context(self) -> dict[str, Any]:
        complaint = self._complaint
        said = {name: self.request.POST.get(name, value) for name, value in self.initial().items()}
        return {
            "script": self._script(**said),
            "customer": complaint.customer,
            "has_channel": bool(complaint.customer.channels),
            "is_first": complaint.status == Status.RECEIVED,
            "above": self._above_authority(),
            "owns_it": complaint.owner_id == self.person.pk,
            "writes_to": masked(complaint.customer.letter_address),
        }

    def perform(self, form: ReadBackForm) -> Location:
        said = {name: form.cleaned_data[name] for name in ("what_happened", "why_it_matters", "what_is_wanted")}
        promise = {name: form.cleaned_data[name] for name in ("promised", "promised_by")}
        channel = self._complaint.channel
        agreed = not (form.cleaned_data["nobody"] or form.cleaned_data["by_letter"])
        return agree_read_back(
            self._complaint,
            by=self.person,
            agreed=agreed,
            by_letter=form.cleaned_data["by_letter"] or form.cleaned_data["mailed"],
            words=promise["promised"] or self._script(**said),
            channel=channel if channel in SPOKEN else "phone",
            **said,
            **promise,
        )

    def done_words(self, form: ReadBackForm) -> str:
        if form.cleaned_data["nobody"]:
            return _("Kept without the customer’s yes: there is no way to reach them")
        if form.cleaned_data["by_letter"]:
            return _("Mailed, to be corrected by the customer. The letter acknowledges it once it was sent")
        if form.cleaned_data["promised_by"]:
            by = wording.when(form.cleaned_data["promised_by"])
            return _("The customer agreed. Promised by %(by)s") % {"by": by}
        return _("The customer agreed to the new words")

    @property
    def _complaint(self) -> Complaint:
        assert self.complaint
        return self.complaint

    def _wanted(self) -> str:
        complaint = self._complaint
        amount = wording.money(complaint.wanted_amount, complaint.wanted_currency) if complaint.wanted_amount else ""
        return read_back.wanted(complaint.wants, amount, complaint.wanted_words, complaint.customer.language)

    def _script(self, what_happened: str, why_it_matters: str, what_is_wanted: str) -> str:
        customer = self._complaint.customer
        name = customer.short_name if customer.full_name else ""
        return read_back.script(name, what_happened, why_it_matters, what_is_wanted, customer.language)

    def _above_authority(self) -> str:
        """The amount wanted, when this person may not grant it alone."""
        complaint = self._complaint
        amount, currency = complaint.wanted_amount, complaint.wanted_currency
        if not amount or amount <= limits_of(self.person, complaint).get(currency, 0):
            return ""
        return wording.money(amount, currency)


def _that_fits(narrative: str) -> str:
    """As much as the field takes (an imported one may be longer), counted as a browser sends it back."""
    return "\r\n".join(narrative.splitlines())[:LONGEST_TEXT]
