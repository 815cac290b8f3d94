"""The person who complains, and the ways to reach them."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.querysets import CustomerQuerySet


class Language(models.TextChoices):
    INDONESIAN = "id", "Indonesia"
    MALAY = "ms", "Melayu"
    ENGLISH = "en", "English"


ZONE_OF_COUNTRY = {
    "ID": "Asia/Jakarta",
    "MY": "Asia/Kuala_Lumpur",
    "SG": "Asia/Singapore",
    "BN": "Asia/Brunei",
    "TL": "Asia/Dili",
}


class Customer(models.Model):
    """One person. An unknown caller is a customer with no name and no channel."""

    full_name = models.CharField(_("full name"), max_length=200, blank=True)
    address_as = models.CharField(_("address as"), max_length=40, blank=True, help_text=_("Bu, Pak, Encik, Puan"))
    account_number = models.CharField(_("account no."), max_length=60, blank=True)
    username = models.CharField(_("username"), max_length=100, blank=True)
    address = models.TextField(_("address"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.INDONESIAN)
    country = models.CharField(_("country"), max_length=2, default="ID")
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    is_vulnerable = models.BooleanField(_("needs extra care"), default=False)
    external_ref = models.CharField(max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField()

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["account_number"], name="customer_account"),
            GinIndex(name="customer_name_trigram", fields=["full_name"], opclasses=["gin_trgm_ops"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["external_ref"], condition=~models.Q(external_ref=""), name="a customer is imported once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("complaints:customer", args=[self.pk])

    @property
    def name(self) -> str:
        """How staff say it: "Bu Sri Wahyuni"; an unknown caller has a sentence instead of a name."""
        if not self.full_name:
            return str(_("Unknown caller"))
        return f"{self.address_as} {self.full_name}".strip()

    @property
    def short_name(self) -> str:
        """ "Bu Sri" in speech; without a form of address the full name (copy.md: never guess one)."""
        if self.address_as and self.full_name:
            return f"{self.address_as} {self.full_name.split()[0]}"
        return self.name

    @property
    def stream(self) -> str:
        return f"customer:{self.pk}"

    @property
    def letter_name(self) -> str:
        """How a letter says it: "Bu Sri Wahyuni"; nothing for an unknown caller."""
        return self.name if self.full_name else ""

    @property
    def zone(self) -> ZoneInfo:
        """Where their day begins and ends: their own, else their country's, else the site's."""
        try:
            return ZoneInfo(self.time_zone or ZONE_OF_COUNTRY.get(self.country, settings.SITE_TIME_ZONE))
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo(settings.SITE_TIME_ZONE)

    @property
    def letter_address(self) -> str:
        """Where letters about a complaint may go: the first address whose consent was not withdrawn, or nothing.

        Consent is given with the address (product.md section 3).
        """
        return next((each.address for each in self.emails.all() if each.may_be_written_to), "")

    @property
    def channels(self) -> set[str]:
        """The channels on which this customer can be reached at all."""
        known = set()
        if self.phones.exists():
            known.add("phone")
        if self.emails.exists():
            known.add("email")
        if self.address.strip():
            known.add("letter")
        return known


class CustomerPhone(models.Model):
    """A number in E.164. `reversed_digits` lets any last digits find it by a prefix index."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="phones")
    number = models.CharField(_("phone"), max_length=20)
    reversed_digits = models.CharField(max_length=20, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["reversed_digits"], name="phone_last_digits", opclasses=["varchar_pattern_ops"])
        ]
        constraints = [models.UniqueConstraint(fields=["customer", "number"], name="a number is noted once")]

    def __str__(self) -> str:
        return self.number

    @property
    def written(self) -> str:
        """As people write it: +62 812-3344-5678."""
        number = phonenumbers.parse(self.number)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

    @property
    def masked(self) -> str:
        return f"{self.number[:3]} ••• {self.number[-4:]}"


class CustomerEmail(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="emails")
    address = models.EmailField(_("e-mail"))
    stopped_at = models.DateTimeField(null=True, blank=True)  # the customer wants no more letters here

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["customer", "address"], name="an address is noted once")]

    def __str__(self) -> str:
        return self.address

    @property
    def may_be_written_to(self) -> bool:
        return self.stopped_at is None

    @property
    def masked(self) -> str:
        name, _at, domain = self.address.partition("@")
        return f"{name[:2]}•••@{domain}"
