"""Was it really solved? Yes may close it, no opens it again in the same act, nobody there takes three tries."""

import uuid
from typing import Any

import pytest

from complaints.actions.moves import MoveRefused
from complaints.models import Complaint
from complaints.workflow import Move
from followups.actions.follow_up import finish_follow_up, try_follow_up
from followups.models import FollowUp
from tests import factories
from tests.factories import Cast


def sent(**typed: Any) -> dict[str, Any]:
    return {"submit_key": str(uuid.uuid4()), **typed}


def check(complaint: Complaint) -> FollowUp:
    follow_up: FollowUp = complaint.follow_ups.get(state="due")
    return follow_up


def url(follow_up: FollowUp, page: str = "") -> str:
    return f"/follow-ups/{follow_up.pk}/{page}"


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


# -- the act ------------------------------------------------------------------------
def test_resolved_plans_one_three_working_days_later(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    follow_up = check(complaint)
    assert complaint.resolved_at
    assert 3 <= (follow_up.due_at - complaint.resolved_at).days <= 5


def test_a_no_opens_it_again_in_the_same_act(cast: Cast) -> None:
    complaint = factories.ready_to_close(cast)
    said = factories.said(words="Uangnya belum masuk.")
    finish_follow_up(check(complaint), by=cast.colleague, result=Move.NOT_SATISFIED, said=said)
    reopened = fresh(complaint)
    assert (reopened.status, reopened.cycle, reopened.remedy) == ("in_progress", 2, "sought")
    assert reopened.notes.filter(words="Uangnya belum masuk.").exists()
    assert complaint.follow_ups.get().state == "not_satisfied"


def test_a_no_needs_words(cast: Cast) -> None:
    follow_up = check(factories.resolved(cast))
    for said in (None, factories.said(words=" ")):
        with pytest.raises(MoveRefused):
            finish_follow_up(follow_up, by=cast.agent, result=Move.NOT_SATISFIED, said=said)
    assert fresh(follow_up.complaint).status == "resolved"


def test_a_yes_closes_only_what_lacks_nothing(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    finish_follow_up(check(complaint), by=cast.agent, result=Move.SATISFIED, said=factories.said())
    assert fresh(complaint).status == "resolved"
    with pytest.raises(MoveRefused):
        finish_follow_up(complaint.follow_ups.get(), by=cast.agent, result=Move.SATISFIED)


def test_not_reached_takes_three_tries_and_then_closes(cast: Cast) -> None:
    complaint = factories.ready_to_close(cast)
    follow_up = check(complaint)
    for n in range(3):
        with pytest.raises(MoveRefused):
            finish_follow_up(follow_up, by=cast.agent, result=Move.NOT_REACHED)
        tried = try_follow_up(follow_up, by=cast.agent, said=factories.said(reached=False, words=""))
        assert tried.tries == n + 1
    finish_follow_up(follow_up, by=cast.agent, result=Move.NOT_REACHED)
    assert fresh(complaint).status == "closed"


def test_after_closing_a_no_still_opens_it_again(cast: Cast) -> None:
    complaint = factories.closed(cast)
    finish_follow_up(check(complaint), by=cast.agent, result=Move.NOT_SATISFIED, said=factories.said(words="Belum."))
    assert (fresh(complaint).status, fresh(complaint).accepted_offer) == ("in_progress", None)


# -- the pages -----------------------------------------------------------------------
def test_the_page_shows_what_the_customer_was_given(cast: Cast, as_user: Any) -> None:
    follow_up = check(factories.resolved(cast))
    shown = as_user(cast.agent).get(url(follow_up)).content.decode()
    for words in ("What the customer was given", "Rp450.000", "TRF-1", "Note what the customer says"):
        assert words in shown


def test_satisfied_from_the_page_closes_and_says_so(cast: Cast, as_user: Any) -> None:
    complaint, client = factories.ready_to_close(cast), as_user(cast.colleague)
    follow_up = check(complaint)
    form = sent(result="satisfied", words="", channel="phone")
    first = client.post(url(follow_up, "result/"), form, follow=True)
    assert "The complaint is closed" in first.content.decode()
    assert client.post(url(follow_up, "result/"), form).status_code == 302
    assert client.post(url(follow_up, "result/"), {**form, "words": "Terima kasih."}).status_code == 409
    assert client.get(url(follow_up, "result/")).status_code == 409
    assert fresh(complaint).status == "closed"
    assert complaint.contacts.inbound().filter(answers_us=True, words="").count() == 1


def test_not_satisfied_needs_words_and_says_that_it_reopens(cast: Cast, as_user: Any) -> None:
    complaint, client = factories.resolved(cast), as_user(cast.agent)
    page = url(check(complaint), "result/")
    assert "opens the complaint again in the same act" in client.get(page).content.decode()
    empty = client.post(page, sent(result="not_satisfied", words="", channel="phone"))
    assert (empty.status_code, list(empty.context["form"].errors)) == (422, ["words"])
    form = sent(result="not_satisfied", words="Uangnya belum masuk.", channel="phone")
    assert client.post(page, form).status_code == client.post(page, form).status_code == 302
    assert fresh(complaint).cycle == 2


def test_not_reached_too_soon_is_refused_and_tries_are_counted(cast: Cast, as_user: Any) -> None:
    follow_up, client = check(factories.resolved(cast)), as_user(cast.agent)
    refused = client.post(url(follow_up, "result/"), sent(result="not_reached", words="", channel="phone"))
    assert refused.status_code == 409
    assert "Try three times" in refused.content.decode()
    assert client.post(url(follow_up, "tries/new/"), sent(channel="pigeon")).status_code == 422
    form = sent(channel="email")
    assert client.post(url(follow_up, "tries/new/"), form).status_code == 302
    assert client.post(url(follow_up, "tries/new/"), form).status_code == 302
    follow_up.refresh_from_db()
    assert follow_up.tries == 1
    assert follow_up.complaint.contacts.filter(channel="email", reached=False).count() == 1


@pytest.mark.parametrize("page", ["", "result/", "tries/new/"])
def test_a_foreigner_finds_nothing(cast: Cast, as_user: Any, page: str) -> None:
    follow_up = check(factories.resolved(cast))
    for person in (cast.outsider, cast.officer, cast.administrator):
        assert as_user(person).get(url(follow_up, page)).status_code == 404


# -- too late to open it again ----------------------------------------------------------
def test_a_no_after_ninety_days_is_a_new_complaint_that_continues_it(cast: Cast, move_clock: Any) -> None:
    complaint = factories.closed(cast)
    move_clock(days=91)
    said = factories.said(words="Kulkasnya mati lagi.")
    finish_follow_up(check(complaint), by=cast.colleague, result=Move.NOT_SATISFIED, said=said)
    assert (fresh(complaint).status, complaint.follow_ups.get().state) == ("closed", "not_satisfied")
    newer = complaint.continued_by.get()
    assert (newer.status, newer.narrative, newer.wants) == ("received", "Kulkasnya mati lagi.", complaint.wants)
    assert (newer.customer, newer.owner) == (complaint.customer, complaint.owner)
    assert newer.home_department == complaint.home_department


def test_whoever_was_complained_of_does_not_see_what_continues_it(cast: Cast, move_clock: Any) -> None:
    complaint = factories.closed(cast)
    Complaint.objects.filter(pk=complaint.pk).update(person_complained_of=cast.colleague)
    move_clock(days=91)
    finish_follow_up(check(complaint), by=cast.agent, result=Move.NOT_SATISFIED, said=factories.said())
    assert complaint.continued_by.exists()
    assert not complaint.continued_by.visible_to(cast.colleague).exists()


def test_the_page_says_that_a_late_no_is_registered_anew(cast: Cast, as_user: Any, move_clock: Any) -> None:
    complaint, client = factories.closed(cast), as_user(cast.agent)
    page = url(check(complaint), "result/")
    move_clock(days=91)
    assert "a no registers a new complaint that continues it" in client.get(page).content.decode()
    form = sent(result="not_satisfied", words="Mati lagi.", channel="phone")
    answers = [client.post(page, form) for _time in range(2)]
    newer = complaint.continued_by.get()
    assert [answer["Location"] for answer in answers] == [newer.get_absolute_url()] * 2
    assert f"is registered as {newer.reference}" in client.get(newer.get_absolute_url()).content.decode()
