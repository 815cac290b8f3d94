"""The customer record: what we know, what is open, what was said, and what they asked without complaining."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views import View

from complaints import clock
from complaints.actions.contact import log_enquiry
from complaints.actions.customers import change_customer, note_reading
from complaints.forms.customers import CustomerForm, EnquiryForm, known_of
from complaints.models import Complaint, Contact, Customer
from complaints.permissions import can_read_contact_details, may_register
from complaints.views import loading
from complaints.views.acting import ActionView, Location
from complaints.views.caller import Caller, where_now
from complaints.workflow import PromiseState

CONTACTS_SHOWN = 20


class CustomerPage(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = loading.person(request)
        customer = loading.customer(request, pk)
        shows_details = can_read_contact_details(user, customer)
        if shows_details:
            note_reading(customer, by=user)
        caller = Caller(customer, user, clock.now())
        contacts = Contact.objects.visible_to(user).filter(customer=customer).select_related("by", "complaint")
        newest = list(contacts.order_by("-at", "-pk")[: CONTACTS_SHOWN + 1])
        context = {
            "customer": customer,
            "caller": caller,
            "now": caller.at,
            "open": [(complaint, where_now(complaint)) for complaint in caller.open],
            "promises": _promises(caller.open),
            "contacts": newest[:CONTACTS_SHOWN],
            "more_contacts": len(newest) > CONTACTS_SHOWN,
            "enquiries": contacts.inbound().filter(complaint=None).order_by("-at", "-pk")[:CONTACTS_SHOWN],
            "shows_details": shows_details,
            "may_log_call": may_register(user),
        }
        return render(request, "complaints/customer.html", context)


class _OfCustomer(ActionView):
    """A page of one customer."""

    customer: Customer

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.customer = loading.customer(request, kwargs["pk"])

    def context(self) -> dict[str, Any]:
        return {"customer": self.customer}


class CustomerDetails(_OfCustomer):
    """What we know. Somebody else's change in the meantime is shown, not overwritten."""

    form_class = CustomerForm
    template_name = "complaints/customer_details.html"
    section = "customer"
    title = gettext_lazy("Change the customer’s details")
    submit = gettext_lazy("Save")
    done = gettext_lazy("Customer details saved")

    @property
    def about(self) -> Customer:
        return self.customer

    def form_kwargs(self) -> dict[str, Any]:
        return {"customer": self.customer}

    def initial(self) -> dict[str, Any]:
        return known_of(self.customer)

    def context(self) -> dict[str, Any]:
        note_reading(self.customer, by=self.person)
        return super().context()

    def perform(self, form: CustomerForm) -> Location:
        return change_customer(self.customer, form.facts(), by=self.person)


class EnquiryNew(_OfCustomer):
    """A contact about no complaint; it can become one later (4.2)."""

    form_class = EnquiryForm
    template_name = "complaints/enquiry_new.html"
    title = gettext_lazy("Log a contact without a complaint")
    submit = gettext_lazy("Log the contact")
    done = gettext_lazy("Contact logged")

    def initial(self) -> dict[str, Any]:
        return {"direction": Contact.Direction.INBOUND, "channel": "phone", "language": self.customer.language}

    def perform(self, form: EnquiryForm) -> Location:
        log_enquiry(self.customer, form.facts(), by=self.person)
        return self.customer


def _promises(complaints: list[Complaint]) -> list[Any]:
    """Open ones, and missed ones the customer still has to hear about; the soonest first."""
    owed = [
        promise
        for complaint in complaints
        for promise in complaint.promises.all()
        if promise.state == PromiseState.OPEN or promise.is_untold
    ]
    return sorted(owed, key=lambda promise: promise.due_at)
