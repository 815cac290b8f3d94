"""Logging a call: who it is, what they say, and reading it back to them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import clock, search, wording
from complaints.actions.contact import log_contact
from complaints.actions.customers import add_customer, note_reading
from complaints.actions.intake import agree_read_back, register_complaint
from complaints.actions.moves import NotYours, refuse
from complaints.forms.calls import CallForm, ReadBackForm
from complaints.forms.customers import LookupForm
from complaints.guidance import read_back
from complaints.models import Complaint, Contact, Customer, Department
from complaints.permissions import home_department_of, limits_of, may_register
from complaints.views import loading
from complaints.views.acting import ActionView, Location
from complaints.views.caller import Caller
from complaints.workflow import Status, Who

MATCHES_SHOWN = 8
SPOKEN = ("phone", "counter", "chat")
"""Channels on which a read-back happens there and then; a complaint by letter is read back on the phone."""


class CallNew(ActionView):
    """Log a call. Steps on one address: find the caller (POST, so that no number gets into a URL), then the form."""

    form_class = CallForm
    template_name = "complaints/call_new.html"
    title = gettext_lazy("Log a call")
    submit = gettext_lazy("Save and read back")

    customer: Customer | None = None
    enquiry: Contact | None = None
    caller: Caller | None = None
    is_chosen = False  # a caller, or nobody we know
    typed = ""
    outcome = ""

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        if not may_register(self.person):
            raise NotYours(Who.AGENT)
        who, enquiry = request.GET.get("customer", ""), request.GET.get("enquiry", "")
        if enquiry:
            enquiries = Contact.objects.visible_to(self.person).filter(complaint=None).select_related("customer")
            self.enquiry = get_object_or_404(enquiries, pk=_number(enquiry))
            self.customer = self.enquiry.customer
        elif who and who != "new":
            self.customer = loading.customer(request, _number(who))
        self.is_chosen = bool(self.customer) or who == "new"
        if self.customer:
            self.caller = Caller(self.customer, self.person, clock.now())

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return super().get(request, **kwargs) if self.is_chosen else self._ask(LookupForm())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if "q" in request.POST:
            return self._find(LookupForm(request.POST))
        return super().post(request, **kwargs) if self.is_chosen else self._ask(LookupForm())

    def form_kwargs(self) -> dict[str, Any]:
        may_be_about = self.caller.choices if self.caller and not self.enquiry else []
        return {"customer": self.customer, "open_complaints": may_be_about}

    def initial(self) -> dict[str, Any]:
        known = {
            "language": self.customer.language if self.customer else "id",
            "channel": "phone",
            "wanted_currency": settings.SITE_CURRENCY,
            "severity": Complaint.Severity.MEDIUM,
        }
        if self.enquiry:
            said = self.enquiry
            known |= {"narrative": said.words, "channel": said.channel, "language": said.language, "emotion": said.emotion}
        elif search.is_whole_phone(self.typed):
            known["phone"] = self.typed
        elif self.typed and not search.phone_ends(self.typed) and not search.references(self.typed):
            known["full_name"] = self.typed
        return known

    def context(self) -> dict[str, Any]:
        if self.customer:
            note_reading(self.customer, by=self.person)
        return {
            "lookup": LookupForm(initial={"q": self.typed}),
            "typed": self.typed,
            "now": clock.now(),
            "customer": self.customer,
            "caller": self.caller,
            "enquiry": self.enquiry,
        }

    def perform(self, form: CallForm) -> Location:
        if form.complaint:
            log_contact(form.complaint, form.contact_facts(), by=self.person)
            self.outcome = _("Contact logged on %(ref)s") % {"ref": form.complaint.reference}
            return form.complaint
        home = Department.objects.get(pk=home_department_of(self.person))
        customer = self.customer or add_customer(form.customer_facts(), by=self.person)
        complaint = register_complaint(
            customer, form.complaint_facts(), by=self.person, home_department=home, enquiry=self.enquiry
        )
        self.outcome = _("Registered as %(ref)s") % {"ref": complaint.reference}
        return reverse("complaints:read-back", args=[complaint.reference])

    def done_words(self, form: CallForm) -> str:
        return self.outcome

    def _find(self, lookup: LookupForm) -> HttpResponse:
        """One whole number with one owner is that caller; nobody found is a new caller; else the agent picks."""
        if not lookup.is_valid():
            return self._ask(lookup, status=422)
        self.typed = lookup.cleaned_data["q"]
        self.customer, self.caller, self.enquiry = None, None, None
        found = list(search.callers(self.person, self.typed).prefetch_related("phones")[: MATCHES_SHOWN + 1]) if self.typed else []
        as_new = "as_new" in self.request.POST
        if len(found) == 1 and search.is_whole_phone(self.typed) and not as_new:
            return HttpResponseRedirect(f"{reverse('complaints:call-new')}?customer={found[0].pk}")
        if found and not as_new:
            return self._ask(lookup, matches=found)
        if not self.typed and not as_new:
            return self._ask(lookup)
        return self.show(CallForm(initial=self.initial(), **self.form_kwargs()))

    def _ask(self, lookup: LookupForm, *, status: int = 200, matches: list[Customer] | None = None) -> HttpResponse:
        found = matches or []
        context = {
            "lookup": lookup,
            "typed": self.typed,
            "matches": found[:MATCHES_SHOWN],
            "more": len(found) > MATCHES_SHOWN,
            "title": self.title,
        }
        return render(self.request, "complaints/call_find.html", context, status=status)


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
            "what_happened": complaint.what_happened or complaint.narrative,
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
        }

    def perform(self, form: ReadBackForm) -> Location:
        said = {name: form.cleaned_data[name] for name in ("what_happened", "why_it_matters", "what_is_wanted")}
        promise = {name: form.cleaned_data[name] for name in ("promised", "promised_by")}
        channel = self._complaint.channel
        return agree_read_back(
            self._complaint,
            by=self.person,
            agreed=not form.cleaned_data["nobody"],
            words=promise["promised"] or self._script(**said),
            channel=channel if channel in SPOKEN else "phone",
            **said,
            **promise,
        )

    def done_words(self, form: ReadBackForm) -> str:
        if form.cleaned_data["nobody"]:
            return _("Kept without the customer’s yes: there is no way to reach them")
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


def _number(typed: str) -> int:
    """An id from the address; anything else finds nothing."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
