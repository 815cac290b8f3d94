"""Sending against undoing, cancelling and reopening, on real transactions: one winner, nobody waits for ever."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection, transaction

from complaints import clock
from complaints.actions import delivery
from complaints.actions.access import find, hash_of, mint
from complaints.actions.closure import reopen_complaint
from complaints.actions.correspondence import cancel_letter, cancel_waiting, undo_letter
from complaints.actions.delivery import claim, recover
from complaints.actions.handoff import redirect_handoff, return_handoff, withdraw_handoff
from complaints.actions.moves import MoveRefused
from complaints.delivery import Letter
from complaints.models import AccessLink, Complaint, Handoff, Message, User
from complaints.tasks import note_messages, release_letters
from complaints.timeline import flaws
from followups.tasks import look_at_surveys
from tests import factories
from tests.complaints.letters import UNKNOWN, FakePost, State, let_pass, nothing_waits, now, sent_by, told, written
from tests.complaints.test_at_the_same_time import together
from tests.factories import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return factories.make_cast()


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return factories.in_progress(cast)


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[list[object]]:
    """`act` in a thread and on a connection of its own; at the end of the block it has ended. What it returned, or
    what it raised, is in the list then."""
    result: list[object] = []

    def run() -> None:
        try:
            result.append(act())
        except Exception as error:
            result.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield result
    finally:
        thread.join(30)
        assert not thread.is_alive(), "it waits for ever"


@contextmanager
def uncommitted(act: Callable[[], object]) -> Iterator[threading.Event]:
    """Somebody has done it, in a transaction that ends when the event is set (at the end of the block by itself)."""
    done, commit = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            act()
            done.set()
            assert commit.wait(20)

    with meanwhile(hold) as result:
        assert done.wait(10)
        try:
            yield commit
        finally:
            commit.set()
    assert result == [None]


@contextmanager
def paused_claim() -> Iterator[tuple[threading.Event, threading.Event]]:
    """The claim stops while it holds the letter: (it is there, let it go on)."""
    there, go_on = threading.Event(), threading.Event()
    real = delivery._decide

    def decide(*args: Any) -> None:
        there.set()
        assert go_on.wait(20)
        real(*args)

    with patch("complaints.actions.delivery._decide", decide):
        yield there, go_on


def code_of(result: object) -> str:
    assert isinstance(result, MoveRefused)
    return result.reasons[0].code


# -- claims among themselves ---------------------------------------------------------------
def test_three_senders_send_each_letter_once(complaint: Complaint) -> None:
    letters = [written(complaint) for _number in range(12)]
    posts = [FakePost(then=lambda letter: time.sleep(0.01)) for _number in range(3)]
    together(*[lambda post=post: sent_by(post) for post in posts])
    assert sorted(uid for post in posts for uid in post.uids) == sorted(str(letter.uid) for letter in letters)
    note_messages()
    assert all(told(letter, "message_sent") == 1 for letter in letters)
    assert list(flaws()) == []


def test_a_letter_somebody_looks_at_is_passed_over_and_not_waited_for(complaint: Complaint) -> None:
    first, second = written(complaint), written(complaint)
    with uncommitted(lambda: list(Message.objects.select_for_update(no_key=True).filter(pk=first.pk))):
        claimed = claim(stays_here=True)
        assert claimed == second
        assert claim(stays_here=True) is None
    assert claim(stays_here=True) == first


def test_two_recoveries_find_a_lost_letter_once(complaint: Complaint) -> None:
    message = written(complaint)
    claim(stays_here=True)
    let_pass(message)
    together(*[lambda: recover()] * 3)
    assert (now(message).state, now(message).was_resent) == (State.PENDING, True)
    sent_by(FakePost(UNKNOWN))
    recover()
    assert now(message).state == State.UNKNOWN


# -- the complaint is held meanwhile ------------------------------------------------------------
def test_a_letter_leaves_while_somebody_works_on_its_complaint(complaint: Complaint) -> None:
    """Claim, links, sending and mark wait for no complaint; only the noting does."""
    message, sent = written(complaint), threading.Event()
    post = FakePost(then=lambda letter: sent.set())
    with uncommitted(lambda: Complaint.objects.lock(complaint.pk)) as let_go, meanwhile(lambda: sent_by(post)):
        assert sent.wait(20), "it waited for the complaint"
        assert eventually(lambda: now(message).state == State.SENT), "the mark waited for the complaint"
        assert told(message, "message_sent") == 0
        let_go.set()
    assert told(message, "message_sent") == 1


def test_a_lock_that_included_the_key_would_hold_the_letters_links_up(complaint: Complaint) -> None:
    """Why the complaint is locked FOR NO KEY UPDATE: a link points to it, and a stronger lock would not let it."""

    def mint_one() -> str:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '500ms'")
            return mint(complaint, AccessLink.Purpose.STATUS, at=clock.now(), cycle=1)

    for lock, may in ((Complaint.objects.lock, True), (stronger_lock, False)):
        with transaction.atomic():
            lock(complaint.pk)
            with meanwhile(mint_one) as result:
                pass
        assert isinstance(result[0], str if may else OperationalError)


def stronger_lock(pk: int) -> Complaint:
    return Complaint.objects.select_for_update(of=("self",)).get(pk=pk)


def test_a_claim_and_an_act_that_cancels_do_not_wait_for_each_other(complaint: Complaint) -> None:
    """The act holds the complaint and wants the letter; the claim holds the letter and goes on to point at the
    complaint: with the claim first, the letter goes."""
    message, post = written(complaint), FakePost()

    def cancel() -> int:
        with transaction.atomic():
            Complaint.objects.lock(complaint.pk)
            return cancel_waiting(complaint, "No longer needed")

    with paused_claim() as (there, go_on), meanwhile(lambda: sent_by(post)) as sending:
        assert there.wait(10)
        with meanwhile(cancel) as cancelled:
            time.sleep(0.3)
            assert cancelled == [], "it waits for the claim, which is short"
            go_on.set()
    assert (cancelled, sending, len(post.letters)) == ([0], [post], 1)
    assert (now(message).state, told(message, "message_sent")) == (State.SENT, 1)


def test_an_act_that_cancels_first_wins(complaint: Complaint) -> None:
    message, post = written(complaint), FakePost()
    with uncommitted(lambda: cancel_waiting(complaint, "No longer needed")) as commit:
        assert sent_by(post).letters == [], "passed over, and not waited for"
        commit.set()
    sent_by(post)
    note_messages()
    assert (now(message).state, now(message).reason, post.letters) == (State.CANCELLED, "No longer needed", [])
    assert (told(message, "message_cancelled"), told(message, "message_sent")) == (1, 0)


# -- a person against a sender ---------------------------------------------------------------------
def test_a_letter_under_way_can_be_neither_cancelled_nor_undone(cast: Cast, complaint: Complaint) -> None:
    message, refused = written(complaint), []

    def try_to_stop(letter: Letter) -> None:
        for stop in (undo_letter, lambda m, by: cancel_letter(m, by=by, reason="A mistake")):
            with pytest.raises(MoveRefused) as refusal:
                stop(now(message), by=cast.agent)
            refused.append(code_of(refusal.value))

    sent_by(FakePost(then=try_to_stop))
    assert refused == ["wrong_state", "wrong_state"]
    assert (now(message).state, told(message, "message_sent")) == (State.SENT, 1)


@pytest.mark.parametrize("attempt", range(3))
def test_undoing_against_the_end_of_its_seconds(cast: Cast, complaint: Complaint, attempt: int) -> None:
    message, post = written(complaint, state=State.HELD, held_until=clock.wall()), FakePost()

    def release_and_send() -> None:
        release_letters()
        sent_by(post)

    undone = together(lambda: undo_letter(message, by=cast.agent), release_and_send)[0]
    sent_by(post)
    note_messages()
    if undone == "done":
        assert (now(message).state, now(message).reason, post.letters) == (State.CANCELLED, "Undone", [])
    else:
        assert (undone, now(message).state, len(post.letters)) == ("wrong_state", State.SENT, 1)
    assert told(message, "message_cancelled") == (undone == "done")
    assert told(message, "message_sent") == (undone != "done")


def test_while_it_is_being_undone_it_is_not_released(cast: Cast, complaint: Complaint) -> None:
    message = written(complaint, state=State.HELD, held_until=clock.wall())
    with uncommitted(lambda: undo_letter(message, by=cast.agent)) as commit, meanwhile(release_letters) as released:
        time.sleep(0.3)
        assert released == [], "it waits for the undo"
        commit.set()
    assert (released, now(message).state) == ([0], State.CANCELLED)


def test_cancelling_by_hand_against_a_claim(cast: Cast, complaint: Complaint) -> None:
    message, post = written(complaint), FakePost()
    with paused_claim() as (there, go_on), meanwhile(lambda: sent_by(post)):
        assert there.wait(10)
        with meanwhile(lambda: cancel_letter(message, by=cast.agent, reason="A mistake")) as cancelled:
            time.sleep(0.2)
            go_on.set()
    assert code_of(cancelled[0]) == "wrong_state"
    assert (now(message).state, told(message, "message_sent"), told(message, "message_cancelled")) == (State.SENT, 1, 0)


# -- reopening against the survey ---------------------------------------------------------------------
@pytest.fixture
def asked(cast: Cast) -> Message:
    """The invitation waits in the outbox."""
    complaint = factories.resolved(cast)
    nothing_waits()
    clock.advance(timedelta(hours=24))
    survey = complaint.surveys.get()
    survey.due_at = clock.now()
    survey.save()
    with patch("followups.timing.survey_send_at", lambda moment, *window: moment):
        look_at_surveys()
    message = Message.objects.get(kind=Message.Kind.SURVEY)
    Message.objects.filter(pk=message.pk).update(daytime_in="")
    return message


def reopen(cast: Cast, message: Message) -> Complaint:
    assert message.complaint
    return reopen_complaint(message.complaint, by=cast.agent, reason="It broke again")


def test_reopened_first_the_survey_stays_unsent(cast: Cast, asked: Message) -> None:
    reopen(cast, asked)
    assert sent_by(FakePost()).letters == []
    note_messages()
    assert (now(asked).state, now(asked).reason) == (State.CANCELLED, "The complaint was opened again")
    assert told(asked, "message_cancelled") == 1
    assert not AccessLink.objects.filter(purpose="survey").exists()


def test_reopened_while_it_is_being_sent_the_letter_went_and_its_link_opens_nothing(cast: Cast, asked: Message) -> None:
    post = FakePost(then=lambda letter: reopen(cast, asked))
    (letter,) = sent_by(post).letters
    assert (now(asked).state, told(asked, "message_sent")) == (State.SENT, 1)
    secret = letter.text.split("/f/")[1].split("/")[0]
    assert find(secret, AccessLink.Purpose.SURVEY) is None
    assert asked.complaint
    assert asked.complaint.surveys.get().state == "void"


def test_a_reopening_the_cancel_did_not_see_is_seen_by_the_claim(cast: Cast, asked: Message) -> None:
    """As when the letter was put back into the outbox by its sender after the reopening."""
    reopen(cast, asked)
    Message.objects.filter(pk=asked.pk).update(state=State.PENDING, noted="")
    assert sent_by(FakePost()).letters == []
    assert (now(asked).state, now(asked).reason) == (State.CANCELLED, "The complaint was opened again")


@pytest.mark.parametrize("attempt", range(3))
def test_reopening_and_sending_at_the_same_moment_leave_one_story(cast: Cast, asked: Message, attempt: int) -> None:
    post = FakePost()
    together(lambda: reopen(cast, asked), lambda: sent_by(post))
    note_messages()
    sent = bool(post.letters)
    assert now(asked).state == (State.SENT if sent else State.CANCELLED)
    assert (told(asked, "message_sent"), told(asked, "message_cancelled")) == ((1, 0) if sent else (0, 1))
    assert asked.complaint
    assert asked.complaint.surveys.get().state == "void"
    assert list(flaws()) == []


def eventually(condition: Callable[[], bool], seconds: float = 8) -> bool:
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            return False
        time.sleep(0.02)
    return True


# -- a handoff that went elsewhere ------------------------------------------------------------------------
@pytest.fixture
def outside(cast: Cast) -> Message:
    """The letter with the question waits in the outbox, and the party's link with it."""
    partner = cast.finance
    partner.is_outside, partner.email = True, "mitra@example.test"
    partner.save()
    factories.handed_off(cast, factories.in_progress(cast), department=partner)
    return Message.objects.get(kind=Message.Kind.HANDOFF_OUTSIDE)


def withdraw(cast: Cast, message: Message) -> Handoff:
    assert message.handoff
    return withdraw_handoff(message.handoff, by=cast.agent, words="No longer needed")


def redirect(cast: Cast, message: Message) -> Handoff:
    assert message.handoff
    return_handoff(message.handoff, by=User.objects.outside(), why="not_ours", words="Bukan kami.")
    soon = clock.now() + timedelta(days=1)
    return redirect_handoff(message.handoff, by=cast.agent, words="Then you.", answer_by=soon, department=cast.sales)


@pytest.mark.parametrize("goes_elsewhere", [withdraw, redirect])
def test_a_party_it_no_longer_lies_with_gets_no_second_letter(
    cast: Cast, outside: Message, goes_elsewhere: Any
) -> None:
    """It may have arrived, then the handoff went elsewhere: it does not go once more, with a fresh link."""
    post = sent_by(FakePost(UNKNOWN))
    goes_elsewhere(cast, outside)
    recover()
    sent_by(post)
    assert post.uids.count(str(outside.uid)) == 1
    assert (now(outside).state, now(outside).reason) == (State.CANCELLED, "It went elsewhere or is no longer needed")


@pytest.mark.parametrize("goes_elsewhere", [withdraw, redirect])
def test_a_link_minted_after_it_went_elsewhere_opens_nothing(cast: Cast, outside: Message, goes_elsewhere: Any) -> None:
    """The claim came first, the links last."""
    real = delivery._mint_links

    def after(message: Message) -> dict[str, str]:
        goes_elsewhere(cast, outside)
        return real(message)

    with patch("complaints.actions.delivery._mint_links", after):
        claimed = claim(stays_here=True)
        assert claimed == outside
        letter = delivery._letter(claimed)
    secret = letter.text.split("/h/")[1].split("/")[0]
    assert AccessLink.objects.get(token_hash=hash_of(secret)).revoked_at is None
    assert find(secret, AccessLink.Purpose.HANDOFF) is None
