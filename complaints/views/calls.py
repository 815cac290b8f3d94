"""Logging a call: who it is, and what they say."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import clock, search
from complaints.actions.contact import log_contact
from complaints.actions.customers import add_customer, note_reading
from complaints.actions.intake import register_complaint
from complaints.actions.moves import NotYours
from complaints.forms.calls import NEW, CallForm
from complaints.forms.customers import LookupForm
from complaints.models import Complaint, Contact, Customer, Department
from complaints.permissions import home_department_of, may_register
from complaints.views import loading
from complaints.views.acting import ActionView, Location
from complaints.views.caller import Caller
from complaints.workflow import Status, Who

MATCHES_SHOWN = 8


class CallNew(ActionView):
    """Log a call. Steps on one address: find the caller (POST, so that no number gets into a URL), then the form."""

    form_class = CallForm
    template_name = "complaints/call_new.html"
    title = gettext_lazy("Log a call")
    submit = gettext_lazy("Save and read back")

    customer: Customer | None = None
    enquiry: Contact | None = None
    continues: Complaint | None = None  # a closed complaint that the new one goes on from
    caller: Caller | None = None
    is_chosen = False  # a caller, or nobody we know
    typed = ""
    outcome = ""

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        if not may_register(self.person):
            raise NotYours(Who.AGENT)
        who, enquiry, continues = (request.GET.get(name, "") for name in ("customer", "enquiry", "continues"))
        if enquiry:
            enquiries = Contact.objects.visible_to(self.person).filter(complaint=None).select_related("customer")
            self.enquiry = get_object_or_404(enquiries, pk=_number(enquiry))
            self.customer = self.enquiry.customer
        elif continues:
            self.continues = loading.complaint(request, continues)
            if self.continues.status != Status.CLOSED:
                raise Http404
            self.customer = self.continues.customer
        elif who and who != "new":
            self.customer = loading.customer(request, _number(who))
        self.is_chosen = bool(self.customer) or who == "new"
        if self.customer:
            self.caller = Caller(self.customer, self.person, clock.now())

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return super().get(request, **kwargs) if self.is_chosen else self._ask(LookupForm(focus=True))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if "q" in request.POST:
            return self._find(LookupForm(request.POST))
        return super().post(request, **kwargs) if self.is_chosen else self._ask(LookupForm(focus=True))

    def form_kwargs(self) -> dict[str, Any]:
        may_be_about = self.caller.choices if self.caller and not self.enquiry else []
        return {"customer": self.customer, "open_complaints": may_be_about}

    def initial(self) -> dict[str, Any]:
        known = {
            "language": self.customer.language if self.customer else "id",
            "channel": "phone",
            "wanted_currency": settings.SITE_CURRENCY,
            "severity": Complaint.Severity.MEDIUM,
            "about": NEW if self.continues else None,
        }
        if self.enquiry:
            said = self.enquiry
            known |= {
                "narrative": said.words,
                "channel": said.channel,
                "language": said.language,
                "emotion": said.emotion,
            }
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
            "continues": self.continues,
        }

    def perform(self, form: CallForm) -> Location:
        if form.complaint:
            log_contact(form.complaint, form.contact_facts(), by=self.person)
            self.outcome = _("Contact logged on %(ref)s") % {"ref": form.complaint.reference}
            return form.complaint
        home = Department.objects.get(pk=home_department_of(self.person) or 0)
        customer = self.customer or add_customer(form.customer_facts(), by=self.person)
        complaint = register_complaint(
            customer,
            form.complaint_facts(),
            by=self.person,
            home_department=home,
            enquiry=self.enquiry,
            continues=self.continues,
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
        self.customer, self.caller, self.enquiry, self.continues = None, None, None, None
        if "as_new" in self.request.POST:
            return self._as_new()
        if not self.typed:
            return self._ask(LookupForm(focus=True))
        found = list(search.callers(self.person, self.typed).prefetch_related("phones")[: MATCHES_SHOWN + 1])
        if len(found) == 1 and search.is_whole_phone(self.typed):
            return HttpResponseRedirect(f"{reverse('complaints:call-new')}?customer={found[0].pk}")
        return self._ask(lookup, matches=found) if found else self._as_new()

    def _as_new(self) -> HttpResponse:
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


def _number(typed: str) -> int:
    """An id from the address; anything else finds nothing."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
