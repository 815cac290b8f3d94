"""The record is true: nobody can change a row, and whoever does it anyway is found."""

from collections.abc import Callable
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from complaints.actions.intake import add_note
from complaints.kinds import Kind
from complaints.models import Complaint, Event, StreamHead
from complaints.timeline import DEEPEST, TooDeep, flaws, record, recorded
from tests import factories
from tests.conftest import AsOwner
from tests.factories import Cast


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE complaints_event SET kind = 'x'",
        "DELETE FROM complaints_event",
        "TRUNCATE complaints_event CASCADE",
        "UPDATE complaints_accesslog SET hour = now()",
        "DELETE FROM complaints_accesslog",
    ],
)
def test_the_app_role_cannot_change_the_record(cast: Cast, statement: str) -> None:
    factories.received(cast)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE complaints_event SET kind = 'x'", "DELETE FROM complaints_event", "TRUNCATE complaints_event CASCADE"],
)
def test_the_owner_meets_the_triggers(statement: str) -> None:
    with (
        AsOwner(),
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_stream_counts_without_a_gap_and_verifies(cast: Cast) -> None:
    complaint = factories.closed(cast)
    numbers = list(complaint.events.order_by("seq").values_list("seq", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert list(flaws()) == []
    call_command("verify_timeline")


Tamper = Callable[[Complaint], None]


def forge(complaint: Complaint) -> None:
    Event.objects.filter(complaint=complaint, seq=2).update(kind=Kind.NOTE_ADDED)


def drop(complaint: Complaint) -> None:
    Event.objects.filter(complaint=complaint, seq=2).delete()


def cut(complaint: Complaint) -> None:
    Event.objects.filter(complaint=complaint, seq=complaint.events.count()).delete()


def add(complaint: Complaint) -> None:
    last = complaint.events.order_by("seq").last()
    assert last
    last.pk, last.seq, last.previous_hash = None, last.seq + 1, last.hash
    last.save(force_insert=True)


def lose_the_complaints_stream(complaint: Complaint) -> None:
    Event.objects.filter(stream=complaint.stream).delete()
    StreamHead.objects.filter(stream=complaint.stream).delete()


def lose_the_customers_stream(complaint: Complaint) -> None:
    Event.objects.filter(stream=complaint.customer.stream).delete()
    StreamHead.objects.filter(stream=complaint.customer.stream).update(seq=0, hash="")


def lose_the_head(complaint: Complaint) -> None:
    StreamHead.objects.filter(stream=complaint.stream).delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "tamper", [forge, drop, cut, add, lose_the_head, lose_the_complaints_stream, lose_the_customers_stream]
)
def test_verify_timeline_finds(tamper: Tamper) -> None:
    complaint = factories.received(factories.make_cast())
    with AsOwner(without_triggers=True):
        tamper(complaint)
    assert list(flaws())
    with pytest.raises(CommandError, match="not whole"):
        call_command("verify_timeline")


def test_an_act_that_fails_leaves_no_event(cast: Cast) -> None:
    complaint = factories.received(cast)
    before = Event.objects.count()
    try:
        with transaction.atomic():
            record(complaint, Kind.NOTE_ADDED, by=cast.agent)
            raise RuntimeError
    except RuntimeError:
        pass
    assert Event.objects.count() == before


def test_reactions_cannot_go_round_in_circles(cast: Cast) -> None:
    complaint = factories.received(cast)

    def echo(event: Event, **_kwargs: object) -> None:
        record(complaint, Kind.NOTE_ADDED, by=cast.agent)

    recorded.connect(echo)
    try:
        with pytest.raises(TooDeep), transaction.atomic():
            record(complaint, Kind.NOTE_ADDED, by=cast.agent)
    finally:
        recorded.disconnect(echo)
    assert DEEPEST == 3


def test_no_words_of_a_person_are_in_the_codes(cast: Cast) -> None:
    complaint = factories.closed(cast)
    texts = {value for event in complaint.events.all() for value in event.codes.values() if isinstance(value, str)}
    assert all(len(text) < 40 and " " not in text for text in texts), texts


@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_it_is_walked_is_no_flaw() -> None:
    cast = factories.make_cast()
    complaint = factories.received(cast)
    written: list[Thread] = []

    def somebody_writes() -> None:
        try:
            add_note(complaint, by=cast.agent, words="Meanwhile.")
            factories.make_customer(cast.agent, full_name="Zulkifli", phones=[], emails=[])
        finally:
            connection.close()

    def after_the_heads(execute: Callable[..., object], sql: str, *rest: object) -> object:
        answer = execute(sql, *rest)
        if "streamhead" in sql and not written:
            written.append(Thread(target=somebody_writes))
            written[0].start()
            written[0].join()
        return answer

    with connection.execute_wrapper(after_the_heads):
        assert list(flaws()) == []
    assert written
    assert complaint.notes.exists()
