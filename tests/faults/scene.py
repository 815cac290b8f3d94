"""Rows for the fault tests, in bulk: resolved complaints whose customers are to be asked, or two letters that wait.

Run on the servers of a test: `python -m tests.faults.scene surveys 300 20`, `python -m tests.faults.scene letter`.
"""

import sys
from datetime import UTC, datetime, timedelta

import django

django.setup()

from django.db import transaction  # noqa: E402

from complaints import clock  # noqa: E402
from complaints.actions.correspondence import write_to_customer  # noqa: E402
from complaints.emails import to_customer  # noqa: E402
from complaints.models import Complaint, Customer, CustomerEmail, Department, Membership, Message, User  # noqa: E402
from followups.models import Survey  # noqa: E402


def agent() -> User:
    user = User.objects.filter(email="andi@example.test").first()
    if user is None:
        user = User.objects.create_user("andi@example.test", "Andi Pratama")
        care = Department.objects.get(name="Customer care")
        Membership.objects.create(user=user, department=care, role=Membership.Role.AGENT)
    return user


def where_it_is_noon(now: datetime) -> str:
    """A zone in which customers may be asked for the next hours."""
    hours = 12 - now.astimezone(UTC).hour
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"


def resolved(count: int) -> list[Complaint]:
    """As an hour inside their window leaves them; made in bulk, because the sending is what is tried."""
    now, owner, first = clock.now(), agent(), Complaint.objects.count()
    zone, numbers = where_it_is_noon(now), range(first, first + count)
    customers = Customer.objects.bulk_create(
        Customer(full_name=f"Sri {number}", time_zone=zone, created_at=now) for number in numbers
    )
    CustomerEmail.objects.bulk_create(
        CustomerEmail(customer=customer, address=f"sri{number}@example.test")
        for number, customer in zip(numbers, customers, strict=True)
    )
    return Complaint.objects.bulk_create(
        Complaint(
            reference=f"C26-{number:06d}",
            customer=customer,
            received_at=now - timedelta(days=9),
            registered_at=now - timedelta(days=9),
            channel="phone",
            language="id",
            narrative="Kulkasnya rusak.",
            owner=owner,
            home_department=Department.objects.get(name="Customer care"),
            status="resolved",
            remedy="fulfilled",
            resolved_at=now - timedelta(hours=25),
        )
        for number, customer in zip(numbers, customers, strict=True)
    )


def surveys(count: int, seconds: float) -> None:
    """Due one after the other within these seconds from now on."""
    now = clock.now()
    Survey.objects.bulk_create(
        Survey(
            complaint=complaint,
            cycle=1,
            state=Survey.State.SCHEDULED,
            not_before=now - timedelta(hours=1),
            not_after=now + timedelta(hours=23),
            due_at=now + timedelta(seconds=seconds * number / count),
        )
        for number, complaint in enumerate(resolved(count))
    )


def letter(kind: str) -> None:
    """One that waits to be sent; its number is printed."""
    (complaint,) = resolved(1)
    with transaction.atomic():
        complaint = Complaint.objects.lock(complaint.pk)
        values = to_customer.letter(complaint, words="Selesai.")
        message = write_to_customer(complaint, kind, values, by=agent(), key="fault", letter="complaints/letter")
    assert message
    print(message.pk, message.uid)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["surveys", count, seconds]:
            surveys(int(count), float(seconds))
        case ["letter", kind]:
            assert kind in Message.Kind.values
            letter(kind)
