"""Letters leave: what is claimed, when it is tried again, what steps aside, and what the row says in the end."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings as site
from django.db import OperationalError, connection, transaction
from django.urls import resolve

from complaints import clock, tasks
from complaints.actions import delivery
from complaints.actions.access import find, hash_of
from complaints.actions.delivery import ANSWERS, PLACES, claim, deliver, mark, recover
from complaints.actions.noting import note_message
from complaints.delivery import FolderPost, Letter, Outcome, Result
from complaints.delivery.files import read
from complaints.delivery.smtp import FAREWELL
from complaints.models import AccessLink, Complaint, Event, MailHold, Message, Task
from complaints.tasks import note_messages
from tests import factories
from tests.complaints.letters import (
    AGAIN,
    DOWN,
    FAILED,
    UNKNOWN,
    FakePost,
    State,
    let_pass,
    nothing_waits,
    now,
    sent_by,
    set_clock,
    told,
    written,
)
from tests.factories import Cast

SENT = Outcome(Result.SENT)
NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)  # 12:00 in Jakarta
NIGHT = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)  # 22:00 there


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return factories.in_progress(cast)


@pytest.fixture
def resolved(cast: Cast) -> Complaint:
    complaint = factories.resolved(cast)
    nothing_waits()
    return complaint


def survey(complaint: Complaint, **facts: Any) -> Message:
    return written(complaint, kind=Message.Kind.SURVEY, **facts)


# -- which letter, and when --------------------------------------------------------------
def test_what_has_waited_longest_goes_first_and_what_is_not_due_stays(complaint: Complaint) -> None:
    moment = clock.now()
    last = written(complaint, not_before=moment - timedelta(hours=1))
    first = written(complaint, not_before=moment - timedelta(hours=3))
    second = written(complaint, not_before=moment - timedelta(hours=2))
    also_second = written(complaint, not_before=moment - timedelta(hours=2))
    later = written(complaint, not_before=moment + timedelta(hours=1))
    post = sent_by(FakePost())
    assert post.uids == [str(message.uid) for message in (first, second, also_second, last)]
    assert now(later).state == State.PENDING


def test_a_letter_that_can_still_be_undone_does_not_leave_before_it_is_released(complaint: Complaint) -> None:
    held = written(complaint, state=State.HELD, held_until=clock.wall() + timedelta(seconds=15))
    assert tasks.release_letters() == 0
    assert sent_by(FakePost()).letters == []
    let_pass(held)
    assert tasks.release_letters() == 1
    assert sent_by(FakePost()).uids == [str(held.uid)]


def test_what_is_sent_is_on_the_row_and_on_the_timeline(complaint: Complaint) -> None:
    message = written(complaint, words="Uang Anda sudah kami kembalikan.")
    began = clock.now()
    (letter,) = sent_by(FakePost()).letters
    message = now(message)
    assert (message.state, message.attempts, message.reason, message.lease_until) == (State.SENT, 1, "", None)
    assert message.sent_at
    assert began <= message.sent_at <= clock.now()
    assert (message.address, letter.to, letter.language) == ("sri@example.test", "sri@example.test", "id")
    assert letter.message_id == f"<{message.uid}@127.0.0.1>"
    assert "Uang Anda sudah kami kembalikan." in letter.text
    assert "Uang Anda sudah kami kembalikan." in letter.html
    event = complaint.events.get(kind="message_sent")
    assert (event.by.is_system, event.subject_id, event.at) == (True, message.pk, message.sent_at)


def test_the_batch_ends_when_its_seconds_are_over(complaint: Complaint) -> None:
    for _number in range(3):
        written(complaint)
    assert deliver(FakePost(), seconds=0) == 0
    monotonic = iter([0.0, 1.0, 19.0, 21.0])
    with patch("complaints.actions.delivery.time.monotonic", lambda: next(monotonic)):
        assert deliver(FakePost(), seconds=20, stays_here=True) == 2
    assert Message.objects.filter(state=State.PENDING).count() == 1


def test_a_batch_with_one_slow_letter_more_ends_before_the_worker_is_stopped() -> None:
    slowest = tasks.SENDING_FOR + 20 + FAREWELL
    assert slowest < site.CELERY_TASK_SOFT_TIME_LIMIT
    assert timedelta(seconds=site.CELERY_TASK_TIME_LIMIT) < delivery.LEASE, "nobody else takes what is still being sent"


def test_a_customer_is_not_asked_at_night_and_others_go_first(resolved: Complaint) -> None:
    set_clock(NIGHT)
    asked = survey(resolved, daytime_in="Asia/Jakarta", not_before=NIGHT - timedelta(hours=3))
    letter = written(resolved, not_before=NIGHT - timedelta(hours=1))
    assert sent_by(FakePost()).uids == [str(letter.uid)]
    asked = now(asked)
    assert (asked.state, asked.attempts) == (State.PENDING, 0)
    assert asked.not_before == datetime(2026, 11, 26, 2, 0, tzinfo=UTC), "09:00 in Jakarta"
    set_clock(asked.not_before)
    assert sent_by(FakePost()).uids == [str(asked.uid)]


def test_a_letter_whose_time_is_over_is_not_sent(resolved: Complaint) -> None:
    set_clock(NOON)
    late = survey(resolved, not_after=NOON - timedelta(minutes=1))
    assert sent_by(FakePost()).letters == []
    late = now(late)
    assert (late.state, late.reason) == (State.EXPIRED, "Its time was over before it could be sent")
    assert told(late, "message_expired") == 1


def test_too_late_is_noticed_while_all_mail_is_held(cast: Cast, resolved: Complaint) -> None:
    late = survey(resolved, not_after=clock.now() - timedelta(minutes=1))
    MailHold.objects.create(pk=1, by=cast.manager, since=clock.now(), reason="restored")
    assert note_messages() == 1
    assert now(late).state == State.EXPIRED
    assert told(late, "message_expired") == 1


def test_while_all_mail_is_held_nothing_leaves(cast: Cast, complaint: Complaint) -> None:
    message = written(complaint)
    MailHold.objects.create(pk=1, by=cast.manager, since=clock.now(), reason="restored")
    post = FakePost()
    assert (deliver(post, seconds=5, stays_here=True), post.letters, now(message).state) == (0, [], State.PENDING)
    MailHold.objects.all().delete()
    assert len(sent_by(post).letters) == 1


# -- to whom ----------------------------------------------------------------------------
def test_the_address_is_looked_up_when_it_is_sent(complaint: Complaint) -> None:
    message = written(complaint)
    complaint.customer.emails.update(address="baru@example.test")
    (letter,) = sent_by(FakePost()).letters
    assert letter.to == now(message).address == "baru@example.test"


@pytest.mark.parametrize("stopped", [True, False])
def test_without_an_address_it_is_given_up_with_a_reason(complaint: Complaint, stopped: bool) -> None:
    message, emails = written(complaint), complaint.customer.emails
    if stopped:
        emails.update(stopped_at=clock.now())
    else:
        emails.all().delete()
    assert sent_by(FakePost()).letters == []
    message = now(message)
    assert (message.state, message.reason) == (State.FAILED, "No address that may be written to")
    assert message.attempts == 0
    assert Task.objects.get(message=message).complaint == complaint


def test_a_colleague_who_left_or_is_complained_of_meanwhile_gets_nothing(cast: Cast, complaint: Complaint) -> None:
    to: dict[str, Any] = {"customer": None, "language": "en"}
    left, complained_of = written(complaint, user=cast.colleague, **to), written(complaint, user=cast.officer, **to)
    stays = written(complaint, user=cast.supervisor, **to)
    cast.colleague.is_active = False
    cast.colleague.save()
    Complaint.objects.filter(pk=complaint.pk).update(person_complained_of=cast.officer)
    assert sent_by(FakePost()).uids == [str(stays.uid)]
    assert now(left).state == now(complained_of).state == State.FAILED


@pytest.mark.parametrize(
    ("production", "server", "only_to", "may"),
    [
        (False, "smtp://127.0.0.1", [], False),
        (False, "smtp://127.0.0.1", ["SRI@example.test"], True),
        (False, "smtp://127.0.0.1", ["@example.test"], True),
        (False, "smtp://127.0.0.1", ["@ample.test", "example.test", "ri@example.test"], False),
        (True, "smtp://127.0.0.1", [], True),
        (False, "", [], True),
    ],
)
def test_outside_production_only_listed_addresses_get_mail(
    complaint: Complaint, settings: Any, production: bool, server: str, only_to: list[str], may: bool
) -> None:
    settings.PRODUCTION, settings.EMAIL_URL, settings.MAIL_ONLY_TO = production, server, only_to
    message, post = written(complaint), FakePost()
    deliver(post, seconds=5)
    assert bool(post.letters) is may
    if not may:
        message = now(message)
        assert message.state == State.FAILED
        assert message.reason == "Not on the list of addresses this test home may write to"


# -- tried again --------------------------------------------------------------------------
def test_it_is_tried_five_times_with_longer_and_longer_pauses(complaint: Complaint) -> None:
    message, post = written(complaint), FakePost(*[AGAIN] * 5)
    for attempt, step in enumerate(delivery.BACK_OFF, 1):
        began = clock.wall()
        sent_by(post)
        message = now(message)
        assert (message.state, message.attempts, message.reason) == (State.PENDING, attempt, AGAIN.reason)
        assert message.retry_at
        assert began + step * 0.8 <= message.retry_at <= clock.wall() + step * 1.2
        assert len(sent_by(post).letters) == attempt, "not before its pause is over"
        let_pass(message)
    sent_by(post)
    message = now(message)
    assert (message.state, message.attempts, message.reason) == (State.FAILED, 5, AGAIN.reason)
    assert len({letter.message_id for letter in post.letters}) == 1
    assert (told(message, "message_failed"), told(message, "message_sent")) == (1, 0)
    assert Task.objects.get(message=message).kind == Task.Kind.BOUNCE
    let_pass(message)
    assert len(sent_by(post).letters) == 5


def test_pauses_differ_so_that_not_all_come_back_at_once() -> None:
    drawn = [delivery._back_off(1) for _number in range(200)]
    assert len(set(drawn)) > 100
    assert timedelta(seconds=48) <= min(drawn) < max(drawn) <= timedelta(seconds=72)
    assert delivery._back_off(9) <= timedelta(minutes=72), "the last step is the longest"


def test_a_server_that_is_away_is_no_fault_of_the_letters(complaint: Complaint) -> None:
    message, other = written(complaint), written(complaint)
    for _number in range(delivery.MOST_ATTEMPTS + 2):
        post = sent_by(FakePost(DOWN))
        assert len(post.letters) == 1, "the next one would fare no better"
        let_pass(message)
        let_pass(other)
    message = now(message)
    assert (message.state, message.attempts, message.reason) == (State.PENDING, 0, DOWN.reason)
    assert len(sent_by(FakePost()).letters) == 2


def test_a_final_no_is_final_at_once_and_the_others_flow(complaint: Complaint) -> None:
    refused, taken = written(complaint), written(complaint)
    sent_by(FakePost(FAILED))
    assert [now(each).state for each in (refused, taken)] == [State.FAILED, State.SENT]
    assert now(refused).reason == FAILED.reason
    assert Task.objects.get().message == refused


# -- nobody knows -----------------------------------------------------------------------
def test_a_letter_that_may_have_arrived_goes_once_more_by_itself_and_only_once(complaint: Complaint) -> None:
    message, post = written(complaint), FakePost(UNKNOWN, UNKNOWN)
    sent_by(post)
    assert (now(message).state, now(message).reason) == (State.UNKNOWN, UNKNOWN.reason)
    assert recover() == 1
    assert now(message).state == State.PENDING
    sent_by(post)
    assert (now(message).state, now(message).was_resent) == (State.UNKNOWN, True)
    assert recover() == 0
    assert len(sent_by(post).letters) == 2
    assert len({letter.message_id for letter in post.letters}) == 1, "so that the reader's mail program sees one"


@pytest.mark.parametrize("kind", sorted(Message.AT_MOST_ONCE))
def test_a_survey_never_goes_again_by_itself(resolved: Complaint, kind: str) -> None:
    message, post = written(resolved, kind=kind), FakePost(UNKNOWN)
    sent_by(post)
    for _tick in range(3):
        assert recover() == 0
        sent_by(post)
    assert (now(message).state, len(post.letters)) == (State.UNKNOWN, 1)
    assert told(message, "message_unknown") == 1


@pytest.mark.parametrize(("kind", "then"), [("survey", State.UNKNOWN), ("letter", State.PENDING)])
def test_when_its_sender_stopped_the_lease_runs_out(resolved: Complaint, kind: str, then: str) -> None:
    message = written(resolved, kind=kind)
    claimed = claim(stays_here=True)
    assert claimed
    assert (now(message).state, now(message).attempts) == (State.SENDING, 1)
    assert (recover(), now(message).state) == (0, State.SENDING), "its sender may still be at it"
    assert claim(stays_here=True) is None
    let_pass(message)
    assert recover() == (1 if then == State.UNKNOWN else 2)
    message = now(message)
    assert (message.state, message.reason) == (then, "Its sender stopped while sending it")
    assert message.was_resent is (then == State.PENDING)


def test_the_lease_is_of_the_wall_clock_so_that_a_moved_clock_takes_no_letter_away(complaint: Complaint) -> None:
    message = written(complaint)
    claim(stays_here=True)
    clock.advance(timedelta(days=3))
    assert (recover(), now(message).state) == (0, State.SENDING)
    lease = now(message).lease_until
    assert lease
    assert timedelta(minutes=4) < lease - clock.wall() <= delivery.LEASE


def test_late_news_that_it_was_sent_is_believed(resolved: Complaint) -> None:
    message = survey(resolved)
    claimed = claim(stays_here=True)
    assert claimed
    let_pass(message)
    recover()
    note_messages()
    mark(claimed, SENT)
    assert now(message).state == State.SENT
    note_messages()
    assert (told(message, "message_unknown"), told(message, "message_sent")) == (1, 1)


@pytest.mark.parametrize("outcome", [AGAIN, FAILED, UNKNOWN, DOWN])
def test_other_late_news_of_a_lost_claim_changes_nothing(resolved: Complaint, outcome: Outcome) -> None:
    message = survey(resolved)
    claimed = claim(stays_here=True)
    assert claimed
    let_pass(message)
    recover()
    before = Message.objects.filter(pk=message.pk).values().get()
    mark(claimed, outcome)
    assert Message.objects.filter(pk=message.pk).values().get() == before


def test_a_claim_that_somebody_else_took_over_says_nothing_any_more(complaint: Complaint) -> None:
    message = written(complaint)
    first = claim(stays_here=True)
    assert first
    let_pass(message)
    recover()
    second = claim(stays_here=True)
    assert second
    mark(first, FAILED)
    assert now(message).state == State.SENDING
    mark(second, SENT)
    assert now(message).state == State.SENT


# -- what is wrong with one letter stops no other ------------------------------------------
def missing_link(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(text="Lihat: [[link:nowhere]]")


def broken_subject(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(subject="Keluhan\nBcc: all@example.test")


def foreign_address(message: Message) -> None:
    assert message.customer
    message.customer.emails.update(address="sri@example.test,all@example.test")


def no_such_zone(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(daytime_in="Mars/Olympus")


@pytest.mark.parametrize(
    ("spoil", "state", "reason"),
    [
        (missing_link, State.PENDING, "It could not be put together: KeyError"),
        (broken_subject, State.FAILED, "The letter has a line break in its subject"),
        (foreign_address, State.FAILED, "The recipient's address is not one e-mail address"),
        (no_such_zone, State.PENDING, "It could not be looked at: ZoneInfoNotFoundError"),
    ],
)
def test_a_spoiled_letter_steps_aside_with_a_reason(
    cast: Cast, tmp_path: Any, caplog: Any, spoil: Any, state: str, reason: str
) -> None:
    spoiled = written(factories.in_progress(cast))
    others = [written(factories.in_progress(cast, customer=cast.other_customer)) for _number in range(2)]
    cast.other_customer.emails.create(address="farid@example.test")
    spoil(spoiled)
    deliver(FolderPost(tmp_path), seconds=10, stays_here=True)
    spoiled = now(spoiled)
    assert (spoiled.state, spoiled.reason) == (state, reason)
    assert read(tmp_path, str(spoiled.uid)) == []
    assert all(now(other).state == State.SENT and read(tmp_path, str(other.uid)) for other in others)
    if state == State.PENDING:
        assert spoiled.retry_at
        assert spoiled.retry_at > clock.wall() + timedelta(seconds=40)
        assert f"Message {spoiled.pk} could not be" in caplog.text
    assert deliver(FolderPost(tmp_path), seconds=10, stays_here=True) == 0


def test_a_letter_that_cannot_be_put_together_fails_in_the_end_and_mints_nothing(complaint: Complaint) -> None:
    message, post = written(complaint, text="Lihat: [[link:status]] atau [[link:nowhere]]"), FakePost()
    for _attempt in range(delivery.MOST_ATTEMPTS):
        sent_by(post)
        let_pass(message)
    assert (now(message).state, now(message).reason) == (State.FAILED, "It could not be put together: KeyError")
    assert post.letters == []
    assert not AccessLink.objects.exists()


def test_a_mistake_in_the_layout_stops_one_letter_alone(complaint: Complaint) -> None:
    spoiled, good = written(complaint, words="Rusak"), written(complaint, words="Baik")
    real = delivery.html_of

    def layout(text: str, **facts: Any) -> str:
        if "Rusak" in text:
            raise RuntimeError("Sri Wahyuni")
        return real(text, **facts)

    with patch("complaints.actions.delivery.html_of", layout):
        assert sent_by(FakePost()).uids == [str(good.uid)]
    assert now(spoiled).reason == "It could not be put together: RuntimeError"


# -- noting -------------------------------------------------------------------------------
def test_what_could_not_be_noted_is_noted_by_the_sweep_and_stops_no_letter(complaint: Complaint, caplog: Any) -> None:
    first, second = written(complaint), written(complaint)
    with patch("complaints.actions.delivery.note_message", side_effect=RuntimeError("Sri Wahyuni")):
        assert len(sent_by(FakePost()).letters) == 2
    assert [now(each).state for each in (first, second)] == [State.SENT, State.SENT]
    assert told(first, "message_sent") == 0
    assert f"What became of message {first.pk} was not noted yet" in caplog.text
    assert note_messages() == 2
    assert [told(each, "message_sent") for each in (first, second)] == [1, 1]
    assert note_messages() == 0


def test_noting_twice_tells_it_once(complaint: Complaint) -> None:
    message = written(complaint)
    sent_by(FakePost(FAILED))
    for _time in range(3):
        note_message(message)
    assert (told(message, "message_failed"), Task.objects.count()) == (1, 1)


def test_what_was_cancelled_in_passing_is_told_by_the_sweep(cast: Cast, complaint: Complaint) -> None:
    offer = factories.offered(cast, complaint)
    letter = Message.objects.get(kind=Message.Kind.OFFER)
    factories.resolution.accept_offer(offer, by=cast.agent, channel="phone", words="Ya")
    assert now(letter).state == State.CANCELLED
    note_messages()
    assert complaint.events.get(kind="message_cancelled").subject_id == letter.pk
    assert str(letter.uid) not in sent_by(FakePost()).uids


# -- secrets ------------------------------------------------------------------------------
def secrets_of(letter: Letter) -> list[str]:
    addresses = [word for word in letter.text.split() if word.startswith(site.SITE_URL)]
    return [address.split("/s/")[1].strip("/") for address in addresses if "/s/" in address]


def test_each_attempt_has_links_of_its_own_and_only_their_hashes_are_kept(complaint: Complaint) -> None:
    message, post = written(complaint), FakePost(AGAIN)
    sent_by(post)
    let_pass(message)
    sent_by(post)
    first, second = (secrets_of(letter)[0] for letter in post.letters)
    assert first != second
    for secret in (first, second):
        link = find(secret, AccessLink.Purpose.STATUS)
        assert link
        assert (link.complaint, link.message, link.expires_at) == (complaint, message, None)
        assert link.token_hash == hash_of(secret)
        assert secret not in everything_kept()
    assert AccessLink.objects.count() == 2


def everything_kept() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        kept = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            kept += [row[0] for row in cursor.fetchall()]
    return "\n".join(kept)


def test_what_is_stored_does_not_change_by_being_sent(complaint: Complaint) -> None:
    message = written(complaint)
    before = Message.objects.filter(pk=message.pk).values("subject", "text", "language", "uid").get()
    sent_by(FakePost())
    assert Message.objects.filter(pk=message.pk).values("subject", "text", "language", "uid").get() == before
    assert "[[link:status]]" in before["text"]
    assert site.SITE_URL not in before["text"]


def test_a_link_ends_when_its_letter_says_and_the_status_link_with_the_complaint(resolved: Complaint) -> None:
    until = clock.now() + timedelta(days=14)
    survey(resolved, text="Ya: [[link:survey-yes]]\n\nTidak: [[link:survey-no]]\n\n[[link:status]]", links_until=until)
    sent_by(FakePost())
    ends = dict(AccessLink.objects.values_list("purpose", "expires_at"))
    assert ends == {"survey": until, "status": None}, "one secret for all answers"


@pytest.mark.parametrize("name", [*PLACES, *ANSWERS, "handoff"])
def test_every_link_leads_to_a_page(cast: Cast, resolved: Complaint, name: str) -> None:
    handoff = factories.handed_off(cast, factories.in_progress(cast)) if name == "handoff" else None
    nothing_waits()
    written(handoff.complaint if handoff else resolved, text=f"[[link:{name}]]", handoff=handoff)
    (letter,) = sent_by(FakePost()).letters
    path, _question, query = letter.text.removeprefix(site.SITE_URL).partition("?")
    assert resolve(path).namespaces[0] in ("complaints", "followups")
    assert query == (f"solved={ANSWERS[name]}" if name in ANSWERS else "")


# -- the database while letters are sent -------------------------------------------------------
@pytest.mark.django_db(transaction=True)
class TestOnRealTransactions:
    @pytest.fixture
    def cast(self, transactional_db: None) -> Cast:
        return factories.make_cast()

    def test_nothing_is_sent_inside_a_transaction(self, complaint: Complaint) -> None:
        message = written(complaint)
        seen: list[str] = []

        def look(letter: Letter) -> None:
            seen.append(now(message).state)

        post = sent_by(FakePost(AGAIN, then=look))
        let_pass(message)
        sent_by(post)
        assert post.inside_a_transaction == [False, False]
        assert seen == [State.SENDING, State.SENDING], "the claim is committed before anything leaves"

    def test_what_was_sent_is_kept_although_the_connection_died_meanwhile(self, resolved: Complaint) -> None:
        message = survey(resolved)

        def kill_connection(letter: Letter) -> None:
            with connection.cursor() as cursor, pytest.raises(OperationalError):
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

        sent_by(FakePost(then=kill_connection))
        assert now(message).state == State.SENT
        assert told(message, "message_sent") == 1

    def test_a_database_that_stays_away_leaves_it_to_the_lease(self, resolved: Complaint, caplog: Any) -> None:
        message = survey(resolved)
        waited: list[float] = []
        away = patch("complaints.actions.delivery._keep_outcome", side_effect=OperationalError("gone"))
        with away, patch("complaints.actions.delivery.time.sleep", waited.append), pytest.raises(OperationalError):
            sent_by(FakePost())
        assert waited == list(delivery.MARKED_AGAIN_AFTER)
        assert f"What became of message {message.pk} was not kept yet" in caplog.text
        assert now(message).state == State.SENDING
        let_pass(message)
        recover()
        assert now(message).state == State.UNKNOWN

    def test_a_failing_claim_leaves_the_letter_as_it_was(self, complaint: Complaint) -> None:
        message = written(complaint)
        with (
            patch("complaints.actions.delivery._decide", side_effect=OperationalError),
            pytest.raises(OperationalError),
        ):
            sent_by(FakePost())
        assert (now(message).state, now(message).attempts) == (State.PENDING, 0)
        assert not transaction.get_connection().in_atomic_block
        assert len(sent_by(FakePost()).letters) == 1
        assert Event.objects.filter(kind="message_sent").count() == 1
