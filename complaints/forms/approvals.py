"""What is typed where a second person says yes or no."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from complaints import wording
from complaints.actions.resolution import ItemFacts, OfferFacts
from complaints.forms.base import Amount, DeskForm, Moment, Words
from complaints.models import Offer


class YesForm(DeskForm):
    outcome = Words(
        label=_("Your words to whoever asked"),
        error_messages={"required": _("Write what you agree to")},
        help_text=_("What you agree to, and why. It stays in the file"),
    )


class YesToOfferForm(YesForm):
    """A yes to an offer; other terms within the approver's own limit may take the place of those asked for."""

    answer_by = Moment(label=_("The customer answers by"), error_messages={"required": _("Choose a time")})
    deliver_by = Moment(label=_("It reaches the customer by"), error_messages={"required": _("Choose a time")})

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        self.priced = [(item, item.amount) for item in offer.items.all() if item.amount is not None]
        for item, amount in self.priced:
            label = capfirst(_("%(item)s, in %(currency)s") % {"item": item, "currency": item.currency})
            hint = _("Asked for: %(amount)s") % {"amount": wording.money(amount, item.currency)}
            self.fields[f"amount_{item.pk}"] = Amount(label=label, initial=_plain(amount), help_text=hint)
        self.fields["answer_by"].initial = offer.answer_by
        self.fields["deliver_by"].initial = offer.deliver_by
        self.order_fields(
            ["outcome", *(f"amount_{item.pk}" for item, _amount in self.priced), "answer_by", "deliver_by"]
        )

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        answer_by, deliver_by = typed.get("answer_by"), typed.get("deliver_by")
        if answer_by and deliver_by and deliver_by < answer_by:
            self.add_error("deliver_by", _("Choose a time after the customer's answer"))
        return typed

    def new_terms(self) -> OfferFacts | None:
        """What the approver changed; None when everything is as it was asked for."""
        amounts = {item.pk: self.cleaned_data[f"amount_{item.pk}"] for item, _amount in self.priced}
        other_amounts = any(amounts[item.pk] != amount for item, amount in self.priced)
        if not other_amounts and not self._is_other("answer_by") and not self._is_other("deliver_by"):
            return None
        offer = self.offer
        as_asked = offer.kind == Offer.Kind.AS_ASKED and not other_amounts
        return OfferFacts(
            items=[ItemFacts(item.kind, amounts.get(item.pk), item.currency, item.words) for item in offer.items.all()],
            kind=Offer.Kind.AS_ASKED if as_asked else Offer.Kind.ALTERNATIVE,
            answer_by=self._moment("answer_by"),
            deliver_by=self._moment("deliver_by"),
            reason=offer.reason if as_asked else offer.reason or self.cleaned_data["outcome"],
            needed=offer.needed,
            is_goodwill=offer.is_goodwill,
        )

    def _moment(self, name: str) -> datetime:
        return self.cleaned_data[name] if self._is_other(name) else getattr(self.offer, name)

    def _is_other(self, name: str) -> bool:
        """The page shows minutes: what differs by seconds alone was not changed."""
        typed: datetime = self.cleaned_data[name]
        return typed != getattr(self.offer, name).replace(second=0, microsecond=0)


def _plain(amount: Decimal) -> Decimal:
    """1250000, not 1250000.00: what a person would type."""
    return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount


class NoForm(DeskForm):
    outcome = Words(
        label=_("Why not"),
        error_messages={"required": _("Write why not")},
        help_text=_("And what to do instead, if you know"),
    )


class WithdrawForm(DeskForm):
    """Nothing is typed."""


class WaiverForm(DeskForm):
    reason = Words(
        label=_("Why the lateness may be waived"),
        error_messages={"required": _("Write why")},
        help_text=_("It stays in the figures; it only no longer holds the closing"),
    )
