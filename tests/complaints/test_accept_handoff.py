"""The department says yes, perhaps late; or says nothing, and it lapses."""

from datetime import timedelta
from typing import Any

import pytest

from complaints import clock
from complaints.actions.handoff import accept_handoff, lapse_handoff
from complaints.actions.moves import MoveRefused, NotYours
from complaints.models import Handoff, User
from complaints.tasks import lapse_handoffs
from tests import factories
from tests.complaints.handoff_forms import again, kinds, later, post, typed, url
from tests.factories import Cast


@pytest.fixture
def handoff(cast: Cast) -> Handoff:
    return factories.handed_off(cast, factories.in_progress(cast))


def test_accepting_is_one_click(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    answer = post(as_user(cast.officer), "handoff-acceptance", handoff)
    assert answer.url == handoff.get_absolute_url()
    assert (again(handoff).state, again(handoff).accepted_by) == ("accepted", cast.officer)


def test_a_sooner_time_of_their_own_is_taken_and_a_later_one_is_not(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    page = post(as_user(cast.officer), "handoff-acceptance", handoff, answer_by=later(days=3))
    assert page.status_code == 422
    assert "They need it by" in page.content.decode()
    post(as_user(cast.officer), "handoff-acceptance", handoff, answer_by=later(days=1))
    assert again(handoff).answer_by < handoff.answer_by


def test_the_same_click_twice_accepts_once(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    client, form = as_user(cast.officer), typed()
    for _each in range(2):
        assert client.post(url("handoff-acceptance", handoff), form).status_code == 302
    assert kinds(handoff.complaint).count("handoff_accepted") == 1


def test_what_somebody_accepted_already_is_refused_with_its_state(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    accept_handoff(handoff, by=cast.officer)
    page = post(as_user(cast.officer), "handoff-acceptance", handoff)
    assert page.status_code == 409
    assert "It is now: accepted" in page.content.decode()


@pytest.mark.parametrize(("name", "status"), [("agent", 403), ("finance_officer", 404), ("outsider", 404)])
def test_nobody_accepts_for_another_department(
    cast: Cast, handoff: Handoff, as_user: Any, name: str, status: int
) -> None:
    assert post(as_user(getattr(cast, name)), "handoff-acceptance", handoff).status_code == status
    with pytest.raises(NotYours):
        accept_handoff(handoff, by=getattr(cast, name))


def test_not_accepted_in_time_it_lapses_once(cast: Cast, handoff: Handoff, move_clock: Any) -> None:
    assert lapse_handoffs() == 0
    move_clock(days=5)
    assert lapse_handoffs() == 1
    assert lapse_handoffs() == 0
    lapse_handoff(handoff, by=User.objects.system())
    assert again(handoff).state == "lapsed"
    assert again(handoff).returns == 0
    assert kinds(handoff.complaint).count("handoff_lapsed") == 1


def test_a_lapsed_one_stays_in_the_inbox_and_can_be_accepted_late(
    cast: Cast, handoff: Handoff, move_clock: Any, as_user: Any
) -> None:
    move_clock(days=5)
    lapse_handoffs()
    assert handoff in Handoff.objects.lying_with(cast.officer)
    page = as_user(cast.officer).get(url("handoff-acceptance", handoff))
    assert "answer_by" not in page.context["form"].fields
    assert post(as_user(cast.officer), "handoff-acceptance", handoff).status_code == 302
    assert again(handoff).state == "accepted"


def test_it_does_not_lapse_before_its_time(cast: Cast, handoff: Handoff) -> None:
    lapse_handoff(handoff, by=User.objects.system())
    assert again(handoff).state == "offered"


def test_the_action_twice_is_refused(cast: Cast, handoff: Handoff) -> None:
    accept_handoff(handoff, by=cast.officer, answer_by=clock.now() + timedelta(hours=3))
    with pytest.raises(MoveRefused):
        accept_handoff(handoff, by=cast.officer)
