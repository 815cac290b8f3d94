"""What is typed about a person who calls: who it is, how to reach them, what they asked."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actions.contact import ContactFacts
from complaints.actions.customers import CustomerFacts, NotAPhoneNumber, normalise_phone
from complaints.forms.base import DIRECTION_OVERRIDES, DeskForm, Line, Words
from complaints.models import Channel, Contact, Customer, Language

STAFF_CHANNELS = [choice for choice in Channel.choices if choice[0] != Channel.IMPORT]
"""The ways a customer reaches a person of ours."""


class Pasted(Line):
    """A line that is often pasted: messengers wrap a number in marks of direction that nobody sees."""

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        return typed.translate(dict.fromkeys(map(ord, DIRECTION_OVERRIDES))).strip()


class LookupForm(forms.Form):
    """One box: a number, a phone, a name."""

    q = Pasted(
        max_length=100,
        required=False,
        label=gettext_lazy("Caller"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "type": "search"}),
    )

    def __init__(self, *args: Any, focus: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["autofocus"] = focus


class Phone(Pasted):
    """A number as somebody says it, kept as E.164. A number without + is one of `country`, by default the site's."""

    country = ""

    def clean(self, value: Any) -> str:
        typed: str = super().clean(value)
        return dialled(typed, self.country) if typed else ""


def dialled(typed: str, country: str = "") -> str:
    """E.164, or the sentence that says how a number is written."""
    try:
        return normalise_phone(typed, country)
    except NotAPhoneNumber as error:
        words = _("Write the phone number with its area or country code, like 0812 3344 5678")
        raise ValidationError(words, code="phone") from error


class CustomerForm(DeskForm):
    """The whole record. Everything may be empty: a caller may stay unknown."""

    full_name = Line(label=gettext_lazy("Full name"), required=False)
    address_as = Line(
        label=gettext_lazy("Address as"), max_length=40, required=False, help_text=gettext_lazy("Bu, Pak, Encik, Puan")
    )
    phones = Words(
        label=gettext_lazy("Phones"), max_length=400, rows=2, required=False, help_text=gettext_lazy("One a line")
    )
    emails = Words(
        label=gettext_lazy("E-mails"), max_length=800, rows=2, required=False, help_text=gettext_lazy("One a line")
    )
    may_write = forms.MultipleChoiceField(
        label=gettext_lazy("Letters about a complaint may go to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Until the customer says no. A new address may be written to."),
    )
    account_number = Line(label=gettext_lazy("Account no."), max_length=60, required=False)
    username = Line(label=gettext_lazy("Username"), max_length=100, required=False)
    address = Words(label=gettext_lazy("Address"), max_length=1000, rows=2, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices)
    is_vulnerable = forms.BooleanField(label=gettext_lazy("Needs extra care"), required=False)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer
        self.known = sorted(email.address for email in customer.emails.all())
        if self.known:
            self.fields["may_write"].choices = [(address, address) for address in self.known]  # type: ignore[attr-defined]
        else:
            del self.fields["may_write"]

    def clean_phones(self) -> str:
        numbers = [dialled(line, self.customer.country) for line in _lines(self.cleaned_data["phones"])]
        return "\n".join(sorted(set(numbers)))

    def clean_emails(self) -> str:
        for address in _lines(self.cleaned_data["emails"]):
            try:
                forms.EmailField(max_length=254).clean(address)
            except ValidationError as error:
                words = _("Write each e-mail address like name@mail.example")
                raise ValidationError(words, code="email") from error
        return "\n".join(sorted({address.lower() for address in _lines(self.cleaned_data["emails"])}))

    def facts(self) -> CustomerFacts:
        known = {name: self.cleaned_data[name] for name in known_of(self.customer) if name != "may_write"}
        told = {"phones": _lines(known["phones"]), "emails": _lines(known["emails"]), "stopped": self._stopped()}
        return CustomerFacts(**{**known, **told})

    def _stopped(self) -> list[str]:
        return [address for address in self.known if address not in self.cleaned_data["may_write"]]


class EnquiryForm(DeskForm):
    """A contact that is about no complaint, at least not yet."""

    direction = forms.ChoiceField(
        label=gettext_lazy("Who called whom?"),
        choices=[("in", gettext_lazy("The customer reached us")), ("out", gettext_lazy("We reached the customer"))],
        widget=forms.RadioSelect(attrs={"data-chips": True}),
    )
    words = Words(
        label=gettext_lazy("What it was about"),
        rows=4,
        error_messages={"required": gettext_lazy("Write what it was about")},
    )
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=STAFF_CHANNELS)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices)

    def facts(self) -> ContactFacts:
        said = self.cleaned_data
        reply = Contact.Reply.SUBSTANTIVE if said["direction"] == Contact.Direction.OUTBOUND else ""
        return ContactFacts(said["direction"], said["channel"], said["language"], said["words"], reply=reply)


def known_of(customer: Customer) -> dict[str, Any]:
    """The record as the form shows it."""
    return {
        "full_name": customer.full_name,
        "address_as": customer.address_as,
        "phones": "\n".join(sorted(phone.number for phone in customer.phones.all())),
        "emails": "\n".join(sorted(email.address for email in customer.emails.all())),
        "may_write": sorted(email.address for email in customer.emails.all() if email.may_be_written_to),
        "account_number": customer.account_number,
        "username": customer.username,
        "address": customer.address,
        "language": customer.language,
        "is_vulnerable": customer.is_vulnerable,
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
