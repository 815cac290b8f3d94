"""From the row to a real mail server and back: whatever it does, the row says what is known, and no letter is lost."""

import re
import time
from typing import Any

import pytest

from complaints.actions.access import find
from complaints.actions.delivery import recover
from complaints.models import AccessLink, Complaint, Message, Task
from complaints.tasks import deliver_messages, note_messages
from tests import factories
from tests.complaints.letters import State, let_pass, now, told, written
from tests.complaints.smtp_sink import Does, Fault, Sink, at, nobody_listens, sink
from tests.factories import Cast

LATE, CLOSED = "The mail server did not answer in time", "The mail server closed the connection"
AFTER = "The letter was handed over, but then: "


@pytest.fixture(autouse=True)
def _may_leave(settings: Any) -> None:
    settings.MAIL_ONLY_TO = ["@example.test"]
    settings.EMAIL_TIMEOUT = 10


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return factories.in_progress(cast)


def arrived(server: Sink) -> list[str]:
    return [str(letter.message["Message-ID"]) for letter in server.letters]


def test_a_letter_arrives_as_it_is_kept_with_a_link_that_opens(complaint: Complaint, settings: Any) -> None:
    message = written(complaint, words="Uang Anda sudah kami kembalikan.")
    with sink() as server:
        settings.EMAIL_URL = server.url
        assert deliver_messages() == 1
    (letter,) = server.letters
    assert (letter.recipient, str(letter.message["To"])) == ("sri@example.test", "sri@example.test")
    assert str(letter.message["Subject"]) == message.subject == f"Tentang keluhan Anda {complaint}"
    assert str(letter.message["Message-ID"]) == f"<{message.uid}@127.0.0.1>"
    assert str(letter.message["Auto-Submitted"]) == "auto-generated"
    for kind in ("plain", "html"):
        found = re.search(r"/s/([\w-]{43})/", letter.body(kind))
        assert found
        link = find(found[1], AccessLink.Purpose.STATUS)
        assert link
        assert link.complaint == complaint
    assert now(message).state == State.SENT
    assert (told(message, "message_sent"), note_messages()) == (1, 0)


# What the server does, and what stands on the row then: state, attempts, why, whether it arrived.
STORIES: list[tuple[Fault, str, int, str, int]] = [
    (at("GREETING", says="421 4.3.2 Busy"), State.PENDING, 0, "The mail server answered 421 4.3.2 to the greeting", 0),
    (at("MAIL", says="451 4.7.1 Later"), State.PENDING, 1, "The mail server answered 451 4.7.1 to MAIL", 0),
    (at("RCPT", says="450 4.2.1 Later"), State.PENDING, 1, "The mail server answered 450 4.2.1 to RCPT", 0),
    (at("RCPT", says="550 5.1.1 sri?"), State.FAILED, 1, "The mail server answered 550 5.1.1 to RCPT", 0),
    (at("DATA", says="554 5.7.1 No"), State.FAILED, 1, "The mail server answered 554 5.7.1 to DATA", 0),
    (at("CONTENT", says="452 4.3.1 Full"), State.PENDING, 1, "The mail server answered 452 4.3.1 to the content", 0),
    (at("CONTENT", says="554 5.6.0 Spam"), State.FAILED, 1, "The mail server answered 554 5.6.0 to the content", 0),
    (at("DATA", does=Does.SILENT), State.PENDING, 0, LATE, 0),
    (at("RCPT", does=Does.DROPS), State.PENDING, 0, CLOSED, 0),
    (at("CONTENT", does=Does.SILENT, kept=True), State.UNKNOWN, 1, AFTER + LATE, 1),
    (at("CONTENT", does=Does.DROPS, kept=True), State.UNKNOWN, 1, AFTER + CLOSED, 1),
    (at("CONTENT", does=Does.DROPS), State.UNKNOWN, 1, AFTER + CLOSED, 0),
    (at("CONTENT", does=Does.DRIBBLES), State.UNKNOWN, 1, AFTER + LATE, 0),
]


@pytest.mark.parametrize(
    ("fault", "state", "attempts", "reason", "there"),
    STORIES,
    ids=[f"{story[0].step} {story[0].says[:3] or story[0].does.name}" for story in STORIES],
)
def test_what_the_server_does_is_what_the_row_says(
    complaint: Complaint, settings: Any, fault: Fault, state: str, attempts: int, reason: str, there: int
) -> None:
    settings.EMAIL_TIMEOUT = 0.5 if fault.does in (Does.SILENT, Does.DRIBBLES) else 10
    message = written(complaint)
    with sink(fault) as server:
        settings.EMAIL_URL = server.url
        assert deliver_messages() == 1
        assert deliver_messages() == 0, "not at once again"
    message = now(message)
    assert (message.state, message.attempts, message.reason) == (state, attempts, reason)
    assert len(server.letters) == there
    assert Task.objects.filter(message=message).exists() is (state == State.FAILED)
    assert (message.retry_at is not None) is (state == State.PENDING)


def test_a_server_that_was_away_gets_everything_when_it_is_back(complaint: Complaint, settings: Any) -> None:
    messages = [written(complaint) for _number in range(3)]
    settings.EMAIL_URL = nobody_listens()
    for _tick in range(4):
        deliver_messages()
    rows = [now(message) for message in messages]
    assert [(row.state, row.attempts) for row in rows] == [(State.PENDING, 0)] * 3
    assert {row.reason for row in rows} == {"The mail server refuses connections"}
    with sink() as server:
        settings.EMAIL_URL = server.url
        for message in messages:
            let_pass(message)
        assert deliver_messages() == 3
    assert arrived(server) == [f"<{message.uid}@127.0.0.1>" for message in messages]
    assert server.connections == 1, "one for the whole batch"


def test_one_bad_address_among_good_ones_fails_alone(cast: Cast, settings: Any) -> None:
    people = [
        factories.make_customer(cast.agent, full_name=name, phones=[], emails=[f"{name.lower()}@example.test"])
        for name in ("Ani", "Bagus", "Citra")
    ]
    messages = [written(factories.in_progress(cast, customer=person)) for person in people]
    with sink(at("RCPT", says="550 5.1.1 No such user", only_for="bagus@example.test")) as server:
        settings.EMAIL_URL = server.url
        assert deliver_messages() == 3
    assert [letter.recipient for letter in server.letters] == ["ani@example.test", "citra@example.test"]
    assert [now(message).state for message in messages] == [State.SENT, State.FAILED, State.SENT]
    assert server.connections == 1


def test_a_server_that_takes_its_time_gets_every_letter_once(complaint: Complaint, settings: Any) -> None:
    messages = [written(complaint) for _number in range(4)]
    with sink() as server:
        server.takes = lambda: 0.2
        settings.EMAIL_URL = server.url
        began = time.monotonic()
        assert deliver_messages() == 4
        assert time.monotonic() - began >= 0.8
    assert len(set(arrived(server))) == len(server.letters) == 4
    assert {now(message).state for message in messages} == {State.SENT}


def test_after_silence_a_letter_comes_once_more_under_the_same_number(complaint: Complaint, settings: Any) -> None:
    message = written(complaint)
    with sink(at("CONTENT", does=Does.DROPS, kept=True, times=1)) as server:
        settings.EMAIL_URL = server.url
        deliver_messages()
        assert now(message).state == State.UNKNOWN
        recover()
        deliver_messages()
        recover()
        deliver_messages()
    assert arrived(server) == [f"<{message.uid}@127.0.0.1>"] * 2
    assert (now(message).state, now(message).attempts) == (State.SENT, 2)


def test_after_silence_a_survey_does_not_come_again(cast: Cast, settings: Any) -> None:
    complaint = factories.resolved(cast)
    Message.objects.update(not_before="2100-01-01T00:00Z")  # the letters about the offer
    message = written(complaint, kind=Message.Kind.SURVEY)
    with sink(at("CONTENT", does=Does.DROPS, kept=True, times=1)) as server:
        settings.EMAIL_URL = server.url
        for _tick in range(3):
            deliver_messages()
            recover()
            let_pass(message)
    assert arrived(server) == [f"<{message.uid}@127.0.0.1>"]
    assert now(message).state == State.UNKNOWN
    assert told(message, "message_unknown") == 1
