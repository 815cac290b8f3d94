"""The page of a handoff: who sees what of it, and the words that go back and forth."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.actions.details import mark_person_complained_of
from complaints.actions.handoff import settle_handoff, write_in_handoff
from complaints.actions.moves import MoveRefused, NotYours
from complaints.models import Handoff
from tests import factories
from tests.complaints.handoff_forms import again, answered, kinds, post, returned, typed, url
from tests.factories import Cast


@pytest.fixture
def handoff(cast: Cast) -> Handoff:
    return factories.handed_off(cast, factories.in_progress(cast), told_customer="Andi calls on Thursday.")


def test_an_officer_sees_the_packet_and_nothing_else(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    page = as_user(cast.officer).get(url("handoff", handoff)).content.decode()
    for words in ("Was a 2-year warranty promised?", "Kata promotornya", "Andi calls on Thursday.", "Refund"):
        assert words in page
    for secret in ("Sri Wahyuni", "33445678", "3344 5678", "sri@example.test", "AC-7781", "Wrong warranty information"):
        assert secret not in page
    assert handoff.complaint.get_absolute_url() not in page


def test_case_workers_get_the_way_to_the_complaint(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    for person in (cast.agent, cast.colleague, cast.supervisor, cast.manager):
        assert handoff.complaint.get_absolute_url() in as_user(person).get(url("handoff", handoff)).content.decode()


def test_the_three_choices_are_forms_of_their_own(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    page = as_user(cast.officer).get(url("handoff", handoff)).content.decode()
    for name in ("handoff-acceptance", "handoff-answer", "handoff-return"):
        assert f'action="{url(name, handoff)}"' in page
    ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_one_primary_button_whoever_looks(cast: Cast, as_user: Any) -> None:
    handoff = answered(cast)
    for person in (cast.agent, cast.officer, cast.supervisor, cast.colleague):
        page = as_user(person).get(url("handoff", handoff)).content.decode()
        assert page.count("button primary") <= 1
    assert url("handoff-settlement", handoff) in as_user(cast.agent).get(url("handoff", handoff)).content.decode()
    assert url("handoff-settlement", handoff) not in as_user(cast.officer).get(url("handoff", handoff)).content.decode()


def test_the_person_complained_of_does_not_see_it(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    mark_person_complained_of(handoff.complaint, person=cast.officer, by=cast.agent)
    client = as_user(cast.officer)
    assert client.get(url("handoff", handoff)).status_code == 404
    assert post(client, "handoff-answer", handoff, words="It was not me.").status_code == 404
    with pytest.raises(NotYours):
        write_in_handoff(again(handoff), by=cast.officer, words="It was not me.")


@pytest.mark.parametrize("name", ["finance_officer", "outsider"])
def test_foreign_is_not_found(cast: Cast, handoff: Handoff, as_user: Any, name: str) -> None:
    assert as_user(getattr(cast, name)).get(url("handoff", handoff)).status_code == 404


def test_words_go_both_ways(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    post(as_user(cast.officer), "handoff-message", handoff, words="Which receipt?")
    post(as_user(cast.agent), "handoff-message", handoff, words="INV-8812.")
    assert [entry.words for entry in handoff.entries.all()] == ["Which receipt?", "INV-8812."]
    assert "Which receipt?" in as_user(cast.agent).get(url("handoff", handoff)).content.decode()


def test_an_empty_message_comes_back_and_the_same_one_stands_once(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    client, form = as_user(cast.officer), typed(words="Which receipt?")
    assert post(client, "handoff-message", handoff, words=" ").status_code == 422
    client.post(url("handoff-message", handoff), form)
    client.post(url("handoff-message", handoff), form)
    assert handoff.entries.count() == 1


def test_markup_in_a_message_is_text(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    post(as_user(cast.officer), "handoff-message", handoff, words="<script>alert(1)</script>")
    assert "<script>alert(1)" not in as_user(cast.agent).get(url("handoff", handoff)).content.decode()


def test_the_owner_reminds_and_it_is_noted(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    assert post(as_user(cast.agent), "handoff-chase", handoff).status_code == 302
    assert handoff.entries.get().kind == "chase"
    assert kinds(handoff.complaint)[-1] == "handoff_chased"
    assert as_user(cast.officer).get(url("handoff-chase", handoff)).status_code == 403
    assert as_user(cast.colleague).get(url("handoff-chase", handoff)).status_code == 403


def test_nobody_is_reminded_of_what_they_have_answered(cast: Cast, as_user: Any) -> None:
    handoff = answered(cast)
    assert post(as_user(cast.agent), "handoff-chase", handoff).status_code == 409
    settle_handoff(handoff, by=cast.agent, words="Enough.")
    with pytest.raises(MoveRefused):
        write_in_handoff(handoff, by=cast.agent, words="One more thing.")


def test_a_returned_one_takes_no_messages_for_nobody_would_read_them(cast: Cast, handoff: Handoff) -> None:
    returned(cast, handoff)
    with pytest.raises(MoveRefused):
        write_in_handoff(handoff, by=cast.agent, words="Hello?")
    with pytest.raises(NotYours):
        write_in_handoff(handoff, by=cast.finance_officer, words="Hello?")


def test_the_page_asks_no_more_for_a_longer_thread(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    client = as_user(cast.officer)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(url("handoff", handoff))
        return len(asked)

    client.get(url("handoff", handoff))
    before = queries()
    for number in range(5):
        write_in_handoff(handoff, by=cast.agent, words=f"Line {number}")
        factories.handed_off(cast, handoff.complaint)
    assert queries() == before
