"""The department's answer: at once or after a yes, in time or late."""

from typing import Any

import pytest

from complaints.actions.handoff import accept_handoff, answer_at_once, answer_handoff, ask_again, settle_handoff
from complaints.actions.moves import MoveRefused, NotYours
from complaints.clock import now
from complaints.models import Evidence, Handoff
from complaints.tasks import lapse_handoffs
from tests import factories
from tests.complaints.handoff_forms import again, kinds, post, returned, typed, upload, url
from tests.factories import Cast

SAID = {"words": "14.20 He said two years.", "cause_is_ours": "yes"}


@pytest.fixture
def handoff(cast: Cast) -> Handoff:
    return factories.handed_off(cast, factories.in_progress(cast))


def test_answered_straight_away_it_is_accepted_in_the_same_act(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    client = as_user(cast.officer)
    assert client.get(url("handoff-answer", handoff)).status_code == 200
    assert post(client, "handoff-answer", handoff, **SAID).status_code == 302
    assert (again(handoff).state, again(handoff).cause_is_ours, again(handoff).was_late) == ("answered", "yes", False)
    assert kinds(handoff.complaint)[-2:] == ["handoff_accepted", "handoff_answered"]


def test_answered_is_not_settled_and_stays_readable(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    answer_at_once(handoff, by=cast.officer, words="Yes.")
    assert again(handoff).is_open
    page = as_user(cast.officer).get(url("handoff", handoff))
    assert page.status_code == 200
    assert "Andi settles it or asks again" in page.content.decode()


def test_a_file_comes_with_the_answer(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    assert post(as_user(cast.officer), "handoff-answer", handoff, **SAID, file=upload()).status_code == 302
    assert handoff.files.get().name == "INV-8812.pdf"


def test_a_bad_file_keeps_the_words_and_answers_nothing(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    two_faced = upload("photo.png", b"<html><script>alert(1)</script>", "image/png")
    page = post(as_user(cast.officer), "handoff-answer", handoff, **SAID, file=two_faced)
    assert page.status_code == 422
    assert "14.20 He said two years." in page.content.decode()
    assert again(handoff).state == "offered"


def test_a_good_file_has_to_be_chosen_again_when_the_words_are_missing(
    cast: Cast, handoff: Handoff, as_user: Any
) -> None:
    page = post(as_user(cast.officer), "handoff-answer", handoff, words="", file=upload())
    assert page.status_code == 422
    assert "Choose the file again" in page.content.decode()
    assert not Evidence.objects.exists()


def test_an_answer_after_its_time_is_late_for_good(cast: Cast, handoff: Handoff, move_clock: Any) -> None:
    accept_handoff(handoff, by=cast.officer)
    move_clock(days=3)
    assert answer_handoff(handoff, by=cast.officer, words="Yes.").was_late
    ask_again(handoff, by=cast.agent, words="And when?", answer_by=now().replace(year=2099))
    assert answer_handoff(handoff, by=cast.officer, words="At 14.20.").was_late


def test_what_lapsed_can_be_answered_late(cast: Cast, handoff: Handoff, move_clock: Any) -> None:
    move_clock(days=5)
    lapse_handoffs()
    assert (answer_at_once(handoff, by=cast.officer, words="Yes.").state, again(handoff).was_late) == ("answered", True)


def test_the_same_click_twice_answers_once(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    client, form = as_user(cast.officer), typed(**SAID)
    assert client.post(url("handoff-answer", handoff), form).status_code == 302
    assert client.post(url("handoff-answer", handoff), form).status_code == 302
    assert handoff.entries.filter(kind="answer").count() == 1


def test_an_answered_one_is_not_answered_again(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    answer_at_once(handoff, by=cast.officer, words="Yes.")
    assert as_user(cast.officer).get(url("handoff-answer", handoff)).status_code == 409
    assert post(as_user(cast.officer), "handoff-answer", handoff, **SAID).status_code == 409
    with pytest.raises(MoveRefused):
        answer_at_once(handoff, by=cast.officer, words="Once more.")


@pytest.mark.parametrize(("name", "status"), [("agent", 403), ("supervisor", 403), ("finance_officer", 404)])
def test_nobody_answers_for_the_department(cast: Cast, handoff: Handoff, as_user: Any, name: str, status: int) -> None:
    client = as_user(getattr(cast, name))
    assert client.get(url("handoff-answer", handoff)).status_code == status
    assert post(client, "handoff-answer", handoff, **SAID).status_code == status
    with pytest.raises(NotYours):
        answer_at_once(handoff, by=getattr(cast, name), words="Yes.")


def test_a_returned_one_cannot_be_answered(cast: Cast, handoff: Handoff) -> None:
    returned(cast, handoff)
    with pytest.raises(MoveRefused):
        answer_at_once(handoff, by=cast.officer, words="After all.")


def test_a_settled_one_stays_readable_for_the_department(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    answer_at_once(handoff, by=cast.officer, words="Yes.")
    settle_handoff(handoff, by=cast.agent, words="Enough.")
    assert as_user(cast.officer).get(url("handoff", handoff)).status_code == 200
