"""What is typed while somebody is on the phone."""

from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actions.contact import ContactFacts
from complaints.actions.customers import CustomerFacts
from complaints.actions.intake import ComplaintFacts
from complaints.forms.base import Amount, DeskForm, Line, Words
from complaints.forms.customers import STAFF_CHANNELS, Phone
from complaints.models import Category, Complaint, Contact, Customer, Department, Language, RemedyKind

NEW = "new"
CHIPS = {"data-chips": True, "data-digits": True}
CURRENCIES = [(code, code) for code in dict.fromkeys([settings.SITE_CURRENCY, "IDR", "MYR", "SGD", "USD"])]
WHO = ("full_name", "address_as", "phone", "email", "account_number")
MORE = (
    "topic", "issues", "product", "aspect", "wanted_words", "severity", "factors", "flags", "was_told",
    "correct_information", "misinformation_source", "department_concerned",
)  # fmt: skip


class FirstInFocus(forms.RadioSelect):
    """Radios of which the first has the focus, unchosen: a digit is enough."""

    def create_option(
        self, name: str, value: Any, label: Any, selected: Any, index: int, *args: Any, **kwargs: Any
    ) -> Any:
        option = super().create_option(name, value, label, selected, index, *args, **kwargs)
        if index:
            option["attrs"].pop("autofocus", None)
        return option


class CallForm(DeskForm):
    """Who, what happened, what they want: these three are asked. All else can follow.

    Choosing one of the open complaints logs the call there; then only the words count.
    """

    full_name = Line(label=gettext_lazy("Full name"), required=False)
    address_as = Line(label=gettext_lazy("Address as"), max_length=40, required=False)
    phone = Phone(label=gettext_lazy("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    account_number = Line(label=gettext_lazy("Account no."), max_length=60, required=False)

    about = forms.ChoiceField(
        label=gettext_lazy("What is this call about?"),
        widget=FirstInFocus(attrs={"data-digits": True}),
        error_messages={
            "required": gettext_lazy("Choose what the call is about"),
            "invalid_choice": gettext_lazy("That complaint is no longer open. Choose again"),
        },
    )
    narrative = Words(
        label=gettext_lazy("What happened, in the customer’s words"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "voice"}),
        error_messages={"required": gettext_lazy("Write what happened")},
    )
    wants = forms.MultipleChoiceField(
        label=gettext_lazy("What does the customer want?"),
        choices=RemedyKind.choices,
        widget=forms.CheckboxSelectMultiple(attrs=CHIPS),
        error_messages={"required": gettext_lazy("Choose what the customer wants, or “doesn’t know yet”")},
    )
    wanted_amount = Amount(label=gettext_lazy("Amount"), required=False)
    wanted_currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=CURRENCIES, required=False)
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"),
        queryset=Category.objects.all(),
        required=False,
        empty_label=gettext_lazy("Choose later"),
    )
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=STAFF_CHANNELS)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices)
    emotion = forms.TypedChoiceField(
        label=gettext_lazy("How does the customer feel?"),
        choices=Contact.Emotion.choices,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect(attrs=CHIPS),
    )

    topic = Line(label=gettext_lazy("In a few words"), required=False)
    issues = Words(
        label=gettext_lazy("What is complained of"),
        max_length=2000,
        rows=2,
        required=False,
        help_text=gettext_lazy("One thing a line; each gets its own answer"),
    )
    product = Line(label=gettext_lazy("Product"), required=False)
    aspect = forms.ChoiceField(
        label=gettext_lazy("Aspect"),
        choices=[("", gettext_lazy("Choose later")), *Complaint.Aspect.choices],
        required=False,
    )
    wanted_words = Line(label=gettext_lazy("What is wanted, in their words"), max_length=500, required=False)
    severity = forms.ChoiceField(label=gettext_lazy("Severity"), choices=Complaint.Severity.choices, required=False)
    factors = forms.MultipleChoiceField(
        label=gettext_lazy("What makes it serious?"),
        choices=Complaint.Factor.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"data-chips": True}),
    )
    flags = forms.MultipleChoiceField(
        label=gettext_lazy("Flags"),
        choices=Complaint.Flag.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"data-chips": True}),
    )
    was_told = Words(label=gettext_lazy("What the customer was told"), rows=2, required=False)
    correct_information = Words(label=gettext_lazy("Correct information"), rows=2, required=False)
    misinformation_source = forms.ChoiceField(
        label=gettext_lazy("Where the wrong information came from"),
        choices=[("", gettext_lazy("Nothing wrong was told")), *Complaint.Source.choices],
        required=False,
    )
    department_concerned = forms.ModelChoiceField(
        label=gettext_lazy("Department concerned"),
        queryset=Department.objects.all(),
        required=False,
        empty_label=gettext_lazy("Choose later"),
    )

    def __init__(
        self, *args: Any, customer: Customer | None, open_complaints: list[tuple[Complaint, str]], **kwargs: Any
    ) -> None:
        """`open_complaints`: what the call may be about, each with a word on where it stands."""
        super().__init__(*args, **kwargs)
        self.open_complaints = {complaint.reference: complaint for complaint, _where in open_complaints}
        if customer:
            for name in WHO:
                del self.fields[name]
        choices = [(c.reference, _choice(c, where)) for c, where in open_complaints]
        if not self.is_bound:
            self.fields["about" if choices else "narrative"].widget.attrs["autofocus"] = True
        if choices:
            self.fields["about"].choices = [*choices, (NEW, _("A new complaint"))]  # type: ignore[attr-defined]
            self.fields["wants"].required = not (self.is_bound and self._said("about") in self.open_complaints)
        else:
            del self.fields["about"]

    @property
    def complaint(self) -> Complaint | None:
        """The open complaint the call turned out to be about, or None for a new one."""
        return self.open_complaints.get(self.cleaned_data.get("about", NEW))

    @property
    def who(self) -> list[BoundField]:
        """The fields of a caller nobody knows yet."""
        return [self[name] for name in WHO if name in self.fields]

    @property
    def more(self) -> list[BoundField]:
        """What is needed later, and may be noted now."""
        return [self[name] for name in MORE]

    @property
    def opens_more(self) -> bool:
        """What has to be fixed may not be folded away."""
        return any(field.errors for field in self.more)

    def customer_facts(self) -> CustomerFacts:
        said = self.cleaned_data
        return CustomerFacts(
            full_name=said["full_name"],
            address_as=said["address_as"],
            phones=[said["phone"]],
            emails=[said["email"]],
            account_number=said["account_number"],
            language=said["language"],
        )

    def contact_facts(self) -> ContactFacts:
        said = self.cleaned_data
        return ContactFacts(
            Contact.Direction.INBOUND, said["channel"], said["language"], said["narrative"], said["emotion"]
        )

    def complaint_facts(self) -> ComplaintFacts:
        asked = (
            "narrative", "wants", "channel", "language", "category", "emotion", "wanted_amount", "wanted_currency",
        )  # fmt: skip
        said = {name: self.cleaned_data[name] for name in (*asked, *MORE)}
        said["issues"] = [line.strip() for line in said["issues"].splitlines() if line.strip()]
        return ComplaintFacts(**said)


def _choice(complaint: Complaint, where: str) -> SafeString:
    return format_html(
        '<span class="ref">{}</span> {} <span class="muted small">{}</span>',
        complaint.reference,
        complaint.title,
        where,
    )
