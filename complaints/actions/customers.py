"""The customer record: adding somebody, changing what we know, and noting who read how to reach them."""

from dataclasses import dataclass, field
from datetime import UTC

import phonenumbers
from django.conf import settings
from django.db import transaction

from complaints import clock
from complaints.kinds import Kind
from complaints.models import AccessLog, Customer, CustomerEmail, CustomerPhone, Language, User
from complaints.timeline import record


class NotAPhoneNumber(ValueError):
    """What was typed cannot be dialled."""


@dataclass(frozen=True)
class CustomerFacts:
    """What a form or an import knows of a customer; everything may be empty (an unknown caller)."""

    full_name: str = ""
    address_as: str = ""
    phones: list[str] = field(default_factory=list)  # as typed or E.164
    emails: list[str] = field(default_factory=list)
    stopped: list[str] | None = None  # e-mails that get no letters; None: as it was (a new address may be written to)
    account_number: str = ""
    username: str = ""
    address: str = ""
    language: str = Language.INDONESIAN
    country: str = ""
    is_vulnerable: bool = False
    external_ref: str = ""


def normalise_phone(typed: str, country: str = "") -> str:
    """E.164 of what was typed; without + the number is read as one of `country` (default: the site's).

    Raises NotAPhoneNumber.
    """
    try:
        number = phonenumbers.parse(typed, country or settings.SITE_COUNTRY)
    except phonenumbers.NumberParseException as error:
        raise NotAPhoneNumber(typed) from error
    if not phonenumbers.is_possible_number(number):
        raise NotAPhoneNumber(typed)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@transaction.atomic
def add_customer(facts: CustomerFacts, *, by: User) -> Customer:
    """Raises NotAPhoneNumber; then nothing is added."""
    customer = Customer.objects.create(
        full_name=facts.full_name.strip(),
        address_as=facts.address_as.strip(),
        account_number=facts.account_number.strip(),
        username=facts.username.strip(),
        address=facts.address.strip(),
        language=facts.language,
        country=facts.country or settings.SITE_COUNTRY,
        is_vulnerable=facts.is_vulnerable,
        external_ref=facts.external_ref,
        created_at=clock.now(),
    )
    _keep_channels(customer, facts)
    record(customer, Kind.CUSTOMER_ADDED, by=by)
    return customer


@transaction.atomic
def change_customer(customer: Customer, facts: CustomerFacts, *, by: User) -> Customer:
    """Replace what we know by `facts`. Raises NotAPhoneNumber; then nothing is changed."""
    customer = Customer.objects.lock(customer.pk)
    for name in ("full_name", "address_as", "account_number", "username", "address"):
        setattr(customer, name, getattr(facts, name).strip())
    customer.language = facts.language
    customer.is_vulnerable = facts.is_vulnerable
    customer.save()
    _keep_channels(customer, facts)
    record(customer, Kind.CUSTOMER_CHANGED, by=by)
    return customer


@transaction.atomic
def set_letters(customer: Customer, *, wanted: bool, by: User) -> None:
    """Whether letters about complaints may go to this customer's e-mails. What waits is looked at again when it goes:
    then somebody reaches them another way."""
    customer = Customer.objects.lock(customer.pk)
    everything = {each.address for each in customer.emails.all()}
    _keep_consent(customer, set() if wanted else everything)
    record(customer, Kind.CUSTOMER_CHANGED, by=by, letters=wanted)


def note_reading(customer: Customer, *, by: User) -> None:
    """`by` was shown how to reach this customer: one row per person, customer and hour."""
    hour = clock.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    AccessLog.objects.bulk_create([AccessLog(user=by, customer=customer, hour=hour)], ignore_conflicts=True)


def _keep_channels(customer: Customer, facts: CustomerFacts) -> None:
    numbers = {normalise_phone(typed, customer.country) for typed in facts.phones if typed.strip()}
    customer.phones.exclude(number__in=numbers).delete()
    for number in sorted(numbers):
        CustomerPhone.objects.get_or_create(
            customer=customer, number=number, defaults={"reversed_digits": number.lstrip("+")[::-1]}
        )
    addresses = {address.strip().lower() for address in facts.emails if address.strip()}
    customer.emails.exclude(address__in=addresses).delete()
    for address in sorted(addresses):
        CustomerEmail.objects.get_or_create(customer=customer, address=address)
    if facts.stopped is not None:
        _keep_consent(customer, {address.strip().lower() for address in facts.stopped})


def _keep_consent(customer: Customer, stopped: set[str]) -> None:
    """Letters about a complaint may go to an address until the customer says no (product.md section 3)."""
    customer.emails.filter(address__in=stopped, stopped_at=None).update(stopped_at=clock.now())
    customer.emails.exclude(address__in=stopped).update(stopped_at=None)
