"""What the customer gets: the offer, its items, the proof of each, and who may promise how much."""

from decimal import Decimal

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Channel, Complaint, RemedyKind
from complaints.models.people import Membership, User
from complaints.models.verification import Evidence
from complaints.querysets import AuthorityQuerySet
from complaints.workflow import OfferState


class Authority(models.Model):
    """What a role may offer without asking anybody, per currency (1.3)."""

    role = models.CharField(_("role"), max_length=20, choices=Membership.Role)
    currency = models.CharField(_("currency"), max_length=3)
    limit = models.DecimalField(_("limit"), max_digits=14, decimal_places=2)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "authorities"
        constraints = [
            models.UniqueConstraint(fields=["role", "currency"], name="one limit per role and currency"),
            models.CheckConstraint(name="a limit is not negative", condition=models.Q(limit__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.currency} {self.limit}"


class Offer(models.Model):
    """The whole package. One is live (or waiting for a yes) per complaint."""

    NOUN = "offer"
    State = OfferState

    class Kind(models.TextChoices):
        AS_ASKED = "as_asked", _("as asked")
        ALTERNATIVE = "alternative", _("alternative")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="offers")
    cycle = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, choices=OfferState, default=OfferState.NEW)
    kind = models.CharField(_("how it fits"), max_length=12, choices=Kind)
    reason = models.TextField(_("why it differs from what was asked"), blank=True)
    is_goodwill = models.BooleanField(
        _("goodwill gesture"), default=False, help_text=_("Says nothing about who was right.")
    )
    needed = models.CharField(_("what we need from the customer"), max_length=300, blank=True)
    answer_by = models.DateTimeField(_("the customer answers by"))
    deliver_by = models.DateTimeField(_("it reaches the customer by"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="offers_made")
    made_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_on = models.CharField(_("how"), max_length=10, choices=Channel, blank=True)
    heard_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.TextField(blank=True)  # why it was refused, withdrawn or failed

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["answer_by"], condition=models.Q(state=OfferState.LIVE), name="offer_waits_for_yes")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"],
                condition=models.Q(state__in=[OfferState.AWAITING_APPROVAL, OfferState.LIVE, OfferState.ACCEPTED]),
                name="one live offer per complaint",
            ),
            models.CheckConstraint(
                name="an alternative has a reason", condition=~models.Q(kind="alternative") | ~models.Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(str(item) for item in self.items.all())

    def get_absolute_url(self) -> str:
        return reverse("complaints:offer", args=[self.pk])

    def totals(self) -> dict[str, Decimal]:
        """Money per currency; currencies are never added up."""
        sums: dict[str, Decimal] = {}
        for item in self.items.all():
            if item.amount is not None:
                sums[item.currency] = sums.get(item.currency, Decimal(0)) + item.amount
        return sums


class OfferItem(models.Model):
    """One part of the package."""

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="items")
    kind = models.CharField(
        _("kind"), max_length=20, choices=[c for c in RemedyKind.choices if c[0] != RemedyKind.UNKNOWN]
    )
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    words = models.CharField(_("in words"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="an amount has a currency",
                condition=models.Q(amount=None) | (models.Q(amount__gt=0) & ~models.Q(currency="")),
            )
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def is_fulfilled(self) -> bool:
        return hasattr(self, "fulfilment")


class Fulfilment(models.Model):
    """The proof that an item reached the customer (0.24): nothing is fulfilled before it."""

    item = models.OneToOneField(OfferItem, models.PROTECT, related_name="fulfilment")
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    done_on = models.DateField(_("date"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="fulfilled means proved", condition=models.Q(evidence__isnull=False) | ~models.Q(reference="")
            )
        ]

    def __str__(self) -> str:
        return self.reference or str(self.evidence)
