"""After a first return or a lapse the owner sends it again."""

from typing import Any

import pytest

from complaints.actions.handoff import accept_handoff, redirect_handoff
from complaints.actions.moves import MoveRefused, NotYours
from complaints.clock import now
from complaints.models import Handoff
from complaints.tasks import lapse_handoffs
from tests import factories
from tests.complaints.handoff_forms import again, later, post, redirected, returned, returned_twice, typed, url
from tests.factories import Cast


@pytest.fixture
def handoff(cast: Cast) -> Handoff:
    sent = factories.handed_off(cast, factories.in_progress(cast))
    accept_handoff(sent, by=cast.officer)
    return returned(cast, sent)


def test_to_another_department_it_is_the_same_row_with_its_returns(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    said = {"department": cast.finance.pk, "words": "You issued the receipt.", "answer_by": later()}
    assert post(as_user(cast.agent), "handoff-redirection", handoff, **said).status_code == 302
    sent = again(handoff)
    assert (sent.state, sent.department, sent.returns, sent.accepted_by) == ("offered", cast.finance, 1, None)
    assert handoff in Handoff.objects.lying_with(cast.finance_officer)


def test_to_the_same_department_with_what_was_missing(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    page = as_user(cast.agent).get(url("handoff-redirection", handoff))
    assert page.context["form"]["department"].value() == cast.sales.pk
    redirected(cast, handoff)
    assert handoff in Handoff.objects.lying_with(cast.officer)


def test_after_a_lapse_it_can_be_sent_again(cast: Cast, move_clock: Any) -> None:
    handoff = factories.handed_off(cast, factories.in_progress(cast))
    move_clock(days=5)
    lapse_handoffs()
    assert redirected(cast, handoff, department=cast.finance).state == "offered"
    assert lapse_handoffs() == 0


def test_without_words_or_time_the_form_comes_back(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    page = post(as_user(cast.agent), "handoff-redirection", handoff, department=cast.finance.pk)
    assert page.status_code == 422
    assert "Write what was missing, or why it is theirs" in page.content.decode()
    assert again(handoff).state == "returned"


def test_the_complaints_own_department_is_no_choice(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    said = {"department": cast.care.pk, "words": "Ours?", "answer_by": later()}
    assert post(as_user(cast.agent), "handoff-redirection", handoff, **said).status_code == 422
    with pytest.raises(MoveRefused):
        redirect_handoff(handoff, by=cast.agent, words="Ours?", answer_by=now(), department=cast.care)


def test_returned_twice_it_is_no_longer_the_owners(cast: Cast, as_user: Any) -> None:
    handoff = returned_twice(cast)
    said = {"department": cast.finance.pk, "words": "Yours.", "answer_by": later()}
    page = post(as_user(cast.agent), "handoff-redirection", handoff, **said)
    assert page.status_code == 409
    assert "the supervisor assigns it" in page.content.decode()


def test_the_same_click_twice_sends_once(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    client = as_user(cast.agent)
    form = typed(department=cast.finance.pk, words="Yours.", answer_by=later())
    assert client.post(url("handoff-redirection", handoff), form).status_code == 302
    assert client.post(url("handoff-redirection", handoff), form).status_code == 302
    assert handoff.entries.filter(kind="redirect").count() == 1


def test_a_colleague_does_not_redirect(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    assert as_user(cast.colleague).get(url("handoff-redirection", handoff)).status_code == 403
    with pytest.raises(NotYours):
        redirect_handoff(handoff, by=cast.colleague, words="Yours.", answer_by=now())
