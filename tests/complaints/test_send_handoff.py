"""Handing a question to a department: work moves, the complaint does not."""

from datetime import timedelta
from typing import Any

import pytest

from complaints import clock
from complaints.actions.handoff import HandoffFacts, send_handoff
from complaints.actions.moves import MoveRefused, NotYours
from complaints.models import Complaint, Handoff
from tests import factories
from tests.complaints.handoff_forms import post, question, url
from tests.factories import Cast


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return factories.in_progress(cast)


def test_the_page_offers_every_department_but_our_own(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    page = as_user(cast.agent).get(url("handoff-new", complaint))
    assert page.status_code == 200
    assert set(page.context["form"].fields["department"].queryset) == {cast.sales, cast.finance, cast.other_care}


def test_department_and_what_we_told_are_filled_in(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    Complaint.objects.filter(pk=complaint.pk).update(department_concerned=cast.finance)
    page = as_user(cast.agent).get(url("handoff-new", complaint))
    assert page.context["form"]["department"].value() == cast.finance.pk
    assert "call with the answer of Sales" in page.content.decode()
    assert "The customer has our promise for" in page.content.decode()


def test_sending_leaves_the_owner_and_says_how_to_undo(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    page = as_user(cast.agent).post(url("handoff-new", complaint), question(cast), follow=True)
    handoff = complaint.handoffs.get()
    assert (handoff.state, handoff.department, handoff.sent_by) == ("offered", cast.sales, cast.agent)
    assert Complaint.objects.get(pk=complaint.pk).owner == cast.agent
    assert "Handed to Sales, due" in page.content.decode()
    assert f'<a href="{url("handoff-withdrawal", handoff)}">Undo (until they accept it)</a>' in page.content.decode()


def test_the_preview_shows_what_is_typed_and_saves_nothing(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    page = as_user(cast.agent).post(url("handoff-new", complaint), question(cast, preview="1"))
    packet = page.content.decode().split('id="packet"')[1]
    assert page.status_code == 200
    assert "Was a 2-year warranty promised?" in packet
    assert "Kata promotornya" in packet
    assert cast.customer.full_name not in packet
    assert not complaint.handoffs.exists()


def test_only_files_that_are_chosen_are_shown_to_the_department(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    receipt, other = factories.with_evidence(cast, complaint), factories.with_evidence(cast, complaint)
    as_user(cast.agent).post(url("handoff-new", complaint), question(cast, shown_files=[receipt.pk]))
    assert list(complaint.handoffs.get().files.all()) == [receipt]
    other.refresh_from_db()
    assert not other.handoffs.exists()


def test_a_file_of_another_complaint_cannot_be_sent_along(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    factories.with_evidence(cast, complaint)
    foreign = factories.with_evidence(cast, factories.in_progress(cast, customer=cast.other_customer))
    page = as_user(cast.agent).post(url("handoff-new", complaint), question(cast, shown_files=[foreign.pk]))
    assert page.status_code == 422
    assert not complaint.handoffs.exists()


def test_without_a_question_the_form_comes_back_with_what_was_typed(
    cast: Cast, complaint: Complaint, as_user: Any
) -> None:
    page = as_user(cast.agent).post(url("handoff-new", complaint), question(cast, question=""))
    assert page.status_code == 422
    assert "Write what we need from them" in page.content.decode()
    assert "We answer by Thursday." in page.content.decode()


def test_a_time_that_has_passed_is_refused(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    page = as_user(cast.agent).post(url("handoff-new", complaint), question(cast, answer_by="2020-01-01T10:00"))
    assert page.status_code == 422
    assert "after now" in page.content.decode()


def test_before_the_read_back_the_refusal_says_where_it_is_done(cast: Cast, as_user: Any) -> None:
    complaint = factories.received(cast)
    client = as_user(cast.agent)
    shown, refused = (
        client.get(url("handoff-new", complaint)),
        client.post(url("handoff-new", complaint), question(cast)),
    )
    assert (shown.status_code, refused.status_code) == (200, 409)
    for page in (shown, refused):
        assert url("read-back", complaint) in page.content.decode()
    assert not complaint.handoffs.exists()


def test_the_same_submit_twice_sends_one(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    client, form = as_user(cast.agent), question(cast)
    first = client.post(url("handoff-new", complaint), form)
    second = client.post(url("handoff-new", complaint), form)
    assert first.url == second.url
    assert complaint.handoffs.count() == 1


def test_the_same_key_with_another_question_is_said_and_not_sent(
    cast: Cast, complaint: Complaint, as_user: Any
) -> None:
    client, form = as_user(cast.agent), question(cast)
    client.post(url("handoff-new", complaint), form)
    page = client.post(url("handoff-new", complaint), {**form, "question": "Who was on shift?"})
    assert page.status_code == 409
    assert "Who was on shift?" in page.content.decode()
    assert complaint.handoffs.count() == 1


@pytest.mark.parametrize(("name", "status"), [("colleague", 403), ("officer", 404), ("outsider", 404)])
def test_only_the_owner_and_a_supervisor_hand_off(
    cast: Cast, complaint: Complaint, as_user: Any, name: str, status: int
) -> None:
    client = as_user(getattr(cast, name))
    assert client.get(url("handoff-new", complaint)).status_code == status
    assert client.post(url("handoff-new", complaint), question(cast)).status_code == status


def test_the_action_refuses_a_colleague_and_the_home_department(cast: Cast, complaint: Complaint) -> None:
    facts = HandoffFacts(cast.sales, "Was it said?", clock.now() + timedelta(days=1))
    with pytest.raises(NotYours):
        send_handoff(complaint, facts, by=cast.colleague)
    home = HandoffFacts(cast.care, "Was it said?", clock.now() + timedelta(days=1))
    with pytest.raises(MoveRefused) as refusal:
        send_handoff(complaint, home, by=cast.agent)
    assert [reason.code for reason in refusal.value.reasons] == ["own_department"]
    assert not Handoff.objects.exists()


def test_while_typing_half_a_form_is_no_mistake(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    half, client = question(cast, answer_by="", preview="1"), as_user(cast.agent)
    assert client.post(url("handoff-new", complaint), half, headers={"HX-Request": "true"}).status_code == 200
    assert client.post(url("handoff-new", complaint), half).status_code == 422


def test_several_run_in_parallel(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    client = as_user(cast.agent)
    client.post(url("handoff-new", complaint), question(cast))
    client.post(url("handoff-new", complaint), question(cast, department=cast.finance.pk))
    assert complaint.handoffs.open().count() == 2


def test_the_yes_is_due_in_a_working_day_or_with_the_answer(cast: Cast, complaint: Complaint) -> None:
    soon = clock.now() + timedelta(minutes=30)
    assert factories.handed_off(cast, complaint, answer_by=soon).accept_by == soon
    assert factories.handed_off(cast, complaint).accept_by < clock.now() + timedelta(days=4)


def test_a_merged_or_closed_complaint_hands_nothing_off(cast: Cast, as_user: Any) -> None:
    complaint = factories.closed(cast)
    assert post(as_user(cast.agent), "handoff-new", complaint, **question(cast)).status_code == 409
