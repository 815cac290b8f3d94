"""What is typed about an offer: the package, the customer's answer, the proof."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints import clock, worktime
from complaints.actions.resolution import ItemFacts, OfferFacts
from complaints.forms.base import Amount, Day, DeskForm, Line, Moment, Words
from complaints.models import Authority, Channel, Complaint, Evidence, Offer, OfferItem, RemedyKind
from complaints.wording import money

ROWS = 3
NEEDS_AMOUNT = {RemedyKind.REFUND, RemedyKind.STORE_CREDIT, RemedyKind.DISCOUNT}
MAY_HAVE_AMOUNT = NEEDS_AMOUNT | {RemedyKind.OTHER}
ITEM_KINDS = OfferItem._meta.get_field("kind").choices or []
DAYS_TO_ANSWER = 5  # working days, until 17:00


@dataclass(frozen=True)
class ItemRow:
    """The four fields of one part, as the page sets them side by side."""

    number: int
    kind: BoundField
    amount: BoundField
    currency: BoundField
    words: BoundField

    @property
    def fields(self) -> list[BoundField]:
        return [self.kind, self.amount, self.currency, self.words]


class OfferForm(DeskForm):
    """Three rows of parts, then how and by when. Rows left empty are no parts."""

    kind = forms.ChoiceField(
        label=_("How it fits"),
        choices=Offer.Kind.choices,
        widget=forms.RadioSelect(attrs={"data-chips": True}),
        error_messages={"required": _("Choose: as asked, or an alternative")},
    )
    reason = Words(label=_("Why it differs from what was asked"), rows=2, required=False,
                   help_text=_("Needed for an alternative"))  # fmt: skip
    is_goodwill = forms.BooleanField(
        label=_("Goodwill gesture"), required=False, help_text=_("Says nothing about who was right.")
    )
    needed = Line(max_length=300, label=_("What we need from the customer"), required=False)
    answer_by = Moment(
        label=_("The customer answers by"),
        error_messages={"required": _("Choose until when the offer stands"), "invalid": _("Choose a date and a time")},
    )
    deliver_by = Moment(
        label=_("It reaches the customer by"),
        error_messages={"required": _("Choose by when it is there"), "invalid": _("Choose a date and a time")},
    )
    why_more = Words(label=_("Why more than your limit"), rows=2, required=False)

    def __init__(self, *args: Any, complaint: Complaint, limits: dict[str, Decimal], **kwargs: Any) -> None:
        """`limits`: what the maker may offer alone, per currency."""
        super().__init__(*args, **kwargs)
        self.limits = limits
        currencies = currencies_for(complaint)
        for number in range(1, ROWS + 1):
            self.fields.update(_row_fields(number, currencies))
        self.fields["deliver_by"].help_text = gettext("A promise as soon as the customer accepts. %(zone)s") % {
            "zone": self.fields["deliver_by"].help_text
        }
        self.fields["why_more"].help_text = gettext("Only above your limit: a supervisor reads it and decides.")

    def rows(self) -> Iterator[ItemRow]:
        for number in range(1, ROWS + 1):
            yield ItemRow(number, *(self[f"{name}_{number}"] for name in ("kind", "amount", "currency", "words")))

    def package(self) -> list[BoundField]:
        """The fields that are about the whole."""
        return [self[name] for name in ("kind", "reason", "is_goodwill", "needed", "answer_by", "deliver_by")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(1, ROWS + 1):
            self._check_row(number, data)
        if not any(self._said(f"kind_{number}") for number in range(1, ROWS + 1)):
            self.add_error("kind_1", _("Say what you offer"))
        if data.get("kind") == Offer.Kind.ALTERNATIVE and not data.get("reason"):
            self.add_error("reason", _("Say why it differs from what was asked"))
        answer_by, deliver_by = data.get("answer_by"), data.get("deliver_by")
        if answer_by and deliver_by and deliver_by < answer_by:
            self.add_error("deliver_by", _("It cannot be there before the customer has answered"))
        if not self.errors and not data.get("why_more"):
            self._ask_why_more()
        return data

    def _ask_why_more(self) -> None:
        """Above the limit somebody else decides, and wants to know why."""
        totals: dict[str, Decimal] = {}
        for item in self._items():
            totals[item.currency] = totals.get(item.currency, Decimal(0)) + (item.amount or Decimal(0))
        for currency, total in totals.items():
            limit = self.limits.get(currency, Decimal(0))
            if currency and total > limit:
                words = gettext("%(amount)s is above your limit of %(limit)s. Say why, and a supervisor decides")
                self.add_error("why_more", words % {"amount": money(total, currency), "limit": money(limit, currency)})

    def facts(self) -> OfferFacts:
        names = ("kind", "reason", "is_goodwill", "needed", "answer_by", "deliver_by")
        return OfferFacts(items=list(self._items()), **{name: self.cleaned_data[name] for name in names})

    def _check_row(self, number: int, data: dict[str, Any]) -> None:
        kind, amount, words = (data.get(f"{name}_{number}") for name in ("kind", "amount", "words"))
        wrong = any(f"{name}_{number}" in self.errors for name in ("kind", "amount"))
        if wrong:
            return
        if not kind and (amount or words):
            self.add_error(f"kind_{number}", _("Choose what it is"))
        if kind in NEEDS_AMOUNT and amount is None:
            self.add_error(f"amount_{number}", _("Write how much"))
        if kind and amount is not None and kind not in MAY_HAVE_AMOUNT:
            self.add_error(f"amount_{number}", _("This has no amount: choose a refund, or leave the amount empty"))
        if kind == RemedyKind.OTHER and not words:
            self.add_error(f"words_{number}", _("Say in words what it is"))

    def _items(self) -> Iterator[ItemFacts]:
        for number in range(1, ROWS + 1):
            kind, amount, currency, words = (
                self.cleaned_data[f"{name}_{number}"] for name in ("kind", "amount", "currency", "words")
            )
            if kind:
                yield ItemFacts(kind, amount, currency if amount is not None else "", words)


class AnswerForm(DeskForm):
    """What the customer said to the offer, and how we heard it."""

    channel = forms.ChoiceField(
        label=_("How you heard it"),
        choices=[c for c in Channel.choices if c[0] != Channel.IMPORT],
        widget=forms.RadioSelect(attrs={"data-chips": True}),
        error_messages={"required": _("Choose how you heard it")},
    )
    words = Words(label=_("In the customer's words"), error_messages={"required": _("Write what the customer said")})

    def facts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("channel", "words")}


class OfferReasonForm(DeskForm):
    reason = Words(label=_("Reason"), error_messages={"required": _("Write the reason")})


class FulfilmentForm(DeskForm):
    done_on = Day(
        later=False, label=_("Date"), error_messages={"required": _("Choose the day"), "invalid": _("Choose the day")}
    )
    amount = Amount(label=_("Amount"), error_messages={"required": _("Write how much")})
    reference = Line(label=_("Reference"), required=False, help_text=_("Of the payment, the letter or the shipment"))
    evidence = forms.ModelChoiceField(Evidence.objects.none(), label=_("Or what is kept as proof"), required=False)

    def __init__(self, *args: Any, item: OfferItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        evidence: Any = self.fields["evidence"]
        evidence.queryset = item.offer.complaint.evidence.all()
        evidence.empty_label = gettext("nothing kept")
        if item.amount is None:
            del self.fields["amount"]
        else:
            self.fields["amount"].label = gettext("Amount in %(currency)s") % {"currency": item.currency}
            self.initial["amount"] = plain(item.amount)

    def clean_done_on(self) -> date:
        """Not before the customer said yes to it."""
        done_on: date = self.cleaned_data["done_on"]
        accepted_at = self.item.offer.accepted_at
        if accepted_at and done_on < timezone.localdate(accepted_at, ZoneInfo(settings.SITE_TIME_ZONE)):
            raise ValidationError(gettext("The customer accepted it later than that day"), code="too_early")
        return done_on

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "reference" not in self.errors and not data.get("reference") and not data.get("evidence"):
            self.add_error("reference", _("Give a reference, or choose what is kept as proof"))
        return data

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in ("done_on", "amount", "evidence")} | {
            "reference": self.cleaned_data["reference"]
        }


def currencies_for(complaint: Complaint) -> list[str]:
    """Those with a limit, the site's own and the one the customer named; the likeliest first."""
    first = complaint.wanted_currency or settings.SITE_CURRENCY
    others = {settings.SITE_CURRENCY, *Authority.objects.values_list("currency", flat=True)} - {first}
    return [first, *sorted(others)]


def as_asked(complaint: Complaint) -> dict[str, Any]:
    """The form filled with what the customer wants: to be agreed to or changed."""
    wants = [want for want in complaint.wants if want != RemedyKind.UNKNOWN][:ROWS]
    values: dict[str, Any] = {f"kind_{number}": want for number, want in enumerate(wants, 1)}
    costly = next((n for n, want in enumerate(wants, 1) if want in NEEDS_AMOUNT), None)
    if costly and complaint.wanted_amount:
        values |= {f"amount_{costly}": plain(complaint.wanted_amount), f"currency_{costly}": complaint.wanted_currency}
    return values | {"answer_by": _time_to_answer()}


def _row_fields(number: int, currencies: list[str]) -> dict[str, forms.Field]:
    nothing = [("", _("nothing more") if number > 1 else _("choose"))]
    return {
        f"kind_{number}": forms.ChoiceField(label=_("What"), choices=[*nothing, *ITEM_KINDS], required=False),
        f"amount_{number}": Amount(label=_("Amount"), required=False),
        f"currency_{number}": forms.ChoiceField(
            label=_("Currency"), choices=[(each, each) for each in currencies], required=False
        ),
        f"words_{number}": Line(max_length=300, label=_("In words"), required=False),
    }


def _time_to_answer() -> datetime:
    zone = ZoneInfo(settings.SITE_TIME_ZONE)
    last_day = worktime.add_working_days(clock.now(), DAYS_TO_ANSWER, zone).astimezone(zone)
    return last_day.replace(hour=17, minute=0, second=0, microsecond=0)


def plain(amount: Decimal | None) -> Decimal | None:
    """450000 rather than 450000.00."""
    if amount is None:
        return None
    return amount.to_integral_value() if amount == amount.to_integral_value() else amount
