"""The letters of a complaint: the list, one of them, and what may be done with it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints import clock, gate
from complaints.actions.contact import give_final_reply
from complaints.actions.correspondence import cancel_letter, resend_letter, undo_letter
from complaints.actions.handoff_letters import tell_department
from complaints.actions.moves import MoveRefused
from complaints.delivery.post import Result
from complaints.models import AccessLink, Complaint, Contact, Message, Task
from tests import factories
from tests.complaints.pages import said, send
from tests.factories import Cast

UNSENT = "The mail server answered 550 to RCPT"


def the_list(complaint: Complaint) -> str:
    return reverse("complaints:letters", args=[complaint.reference])


def act(name: str, letter: Message) -> str:
    return reverse(f"complaints:message-{name}", args=[letter.pk])


def text(browser: Any, url: str, **query: Any) -> str:
    answer = browser.get(url, query)
    assert answer.status_code == 200
    words: str = answer.content.decode()
    return words


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return factories.in_progress(cast)


@pytest.fixture
def held(cast: Cast, complaint: Complaint) -> Message:
    return factories.letter(cast, complaint)


# -- the list -------------------------------------------------------------------------
def test_every_letter_stands_there_newest_first_with_its_state(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    first = factories.carried(factories.letter(cast, complaint))
    second = factories.carried(factories.letter(cast, complaint, "Lagi."), Result.FAILED, UNSENT)
    rows = as_user(cast.colleague).get(the_list(complaint)).context["rows"]
    assert [row.message for row in rows] == [second, first]
    shown = text(as_user(cast.colleague), the_list(complaint))
    assert "could not be sent" in shown
    assert UNSENT in shown
    assert "Bu Sri Wahyuni, sr•••@example.test" in shown
    assert "sri@example.test" not in shown


def test_notices_to_colleagues_stand_there_only_when_asked_for(
    cast: Cast, as_user: Any, complaint: Complaint, held: Message
) -> None:
    factories.handed_off(cast, complaint)
    browser = as_user(cast.agent)
    assert "Handoff notice" not in text(browser, the_list(complaint))
    both = text(browser, the_list(complaint), notices="1")
    assert "Handoff notice" in both
    assert "Rina Hartati, colleague, ri•••@example.test" in both
    assert held.get_absolute_url() in both


def test_without_letters_it_says_what_will_stand_there(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    shown = text(as_user(cast.agent), the_list(complaint))
    assert "No letter yet" in shown
    assert "Write to the customer" in shown


def test_older_letters_follow_page_by_page(
    cast: Cast, as_user: Any, complaint: Complaint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("complaints.views.letters.ON_A_PAGE", 2)
    letters = [factories.letter(cast, complaint, f"Surat {n}") for n in range(5)]
    browser, seen = as_user(cast.agent), []
    before: int | str | None = ""
    while before is not None:
        context = browser.get(the_list(complaint), {"before": before}).context
        seen += [row.message for row in context["rows"]]
        before = context["older"]
    assert seen == letters[::-1]
    assert len(browser.get(the_list(complaint), {"before": "x'; DROP"}).context["rows"]) == 2


def test_the_list_asks_as_often_for_many_as_for_few(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    browser = as_user(cast.supervisor)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(the_list(complaint), {"notices": "1"})
        return len(captured)

    factories.handed_off(cast, complaint)
    factories.letter(cast, complaint)
    few = queries()
    for n in range(6):
        factories.letter(cast, complaint, f"Surat {n}")
        factories.handed_off(cast, complaint)
    assert queries() == few <= 15


# -- one letter ---------------------------------------------------------------------------
def test_it_reads_as_it_goes_out_with_places_for_its_links(
    cast: Cast, as_user: Any, complaint: Complaint, held: Message
) -> None:
    reading = as_user(cast.agent).get(held.get_absolute_url()).context["reading"]
    assert reading.subject == held.subject
    assert "Nota Ibu sudah kami periksa." in reading.paragraphs
    assert "[the customer’s own link]" in reading.paragraphs[-1]
    assert "[[link" not in "".join(reading.paragraphs)


def test_no_secret_stands_on_any_page_of_it(cast: Cast, as_user: Any, complaint: Complaint, held: Message) -> None:
    browser, sent = as_user(cast.agent), factories.carried(held)
    AccessLink.objects.create(
        token_hash="0" * 64, purpose="status", complaint=complaint, cycle=1, message=sent, made_at=clock.now()
    )
    for url in (sent.get_absolute_url(), the_list(complaint), act("resending", sent), act("bounce", sent)):
        shown = text(browser, url)
        assert "/s/" not in shown
        assert "0" * 64 not in shown
        assert "sri@example.test" not in shown


def test_while_it_can_be_undone_the_seconds_count_down(cast: Cast, as_user: Any, held: Message) -> None:
    page = as_user(cast.colleague).get(held.get_absolute_url())
    assert 0 < page.context["seconds"] <= 15
    shown = page.content.decode()
    assert f"Sends in {page.context['seconds']} s" in shown
    assert act("undoing", held) in shown
    assert act("release", held) in shown
    assert act("cancellation", held) not in shown


@pytest.mark.parametrize(
    ("result", "open_acts"),
    [
        (Result.SENT, {"resending", "bounce"}),
        (Result.UNKNOWN, {"resending", "bounce"}),
        (Result.FAILED, {"resending"}),
        (Result.AGAIN, {"cancellation"}),
    ],
)
def test_what_may_be_done_follows_its_state(
    cast: Cast, as_user: Any, held: Message, result: Result, open_acts: set[str]
) -> None:
    letter, browser = factories.carried(held, result, UNSENT), as_user(cast.agent)
    shown = text(browser, letter.get_absolute_url())
    acts = {"undoing", "release", "cancellation", "resending", "bounce"}
    assert {each for each in acts if act(each, letter) in shown} == open_acts
    assert {each for each in acts if browser.get(act(each, letter)).status_code == 200} == open_acts


def test_a_letter_says_what_became_of_it_and_which_came_after(
    cast: Cast, as_user: Any, held: Message, move_clock: Any
) -> None:
    sent = factories.carried(held)
    again = resend_letter(sent, by=cast.agent, reason="She deleted it.")
    browser = as_user(cast.agent)
    older, newer = text(browser, sent.get_absolute_url()), text(browser, again.get_absolute_url())
    assert "Letter sent" in older
    assert again.get_absolute_url() in older
    assert "She deleted it." in older
    assert sent.get_absolute_url() in newer
    assert act("resending", sent) not in older, "it was sent again already"


@pytest.mark.parametrize("name", ["message", "message-undoing", "message-release", "message-cancellation"])
def test_to_others_it_does_not_exist(cast: Cast, as_user: Any, held: Message, name: str) -> None:
    url = reverse(f"complaints:{name}", args=[held.pk])
    for person in (cast.officer, cast.outsider, cast.administrator):
        assert as_user(person).get(url).status_code == 404
        assert as_user(person).post(url).status_code == (405 if name == "message" else 404)


def test_a_notice_is_read_by_whom_it_is_for_and_acted_on_by_case_workers(
    cast: Cast, as_user: Any, complaint: Complaint
) -> None:
    factories.handed_off(cast, complaint)
    notice = Message.objects.get(user=cast.officer)
    officer = as_user(cast.officer)
    shown = text(officer, notice.get_absolute_url())
    assert complaint.get_absolute_url() not in shown, "the complaint is not theirs to see"
    assert officer.get(act("cancellation", notice)).status_code == 404
    assert as_user(cast.finance_officer).get(notice.get_absolute_url()).status_code == 404


def test_only_a_supervisor_keeps_a_notice_back(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    factories.handed_off(cast, complaint)
    notice = Message.objects.get(user=cast.officer)
    agent, supervisor = as_user(cast.agent), as_user(cast.supervisor)
    assert act("cancellation", notice) not in text(agent, notice.get_absolute_url())
    assert agent.get(act("cancellation", notice)).status_code == 403
    assert send(supervisor, act("cancellation", notice), reason="Sent yesterday").status_code == 302
    notice.refresh_from_db()
    assert (notice.state, notice.reason) == ("cancelled", "Sent yesterday")


# -- doing something with it ---------------------------------------------------------------
def test_undone_nothing_was_sent_and_the_words_can_be_put_right(
    cast: Cast, as_user: Any, complaint: Complaint, held: Message
) -> None:
    browser = as_user(cast.agent)
    answer = send(browser, act("undoing", held))
    assert said(browser, answer) == "Undone. Nothing was sent"
    held.refresh_from_db()
    assert held.state == "cancelled"
    assert Contact.objects.get(message=held).reached is False
    page = browser.get(held.get_absolute_url())
    again = page.context["again_url"]
    assert browser.get(again).context["form"]["words"].value() == "Nota Ibu sudah kami periksa."
    assert browser.get(act("release", held)).status_code == 409


def test_sent_at_once_it_cannot_be_undone(cast: Cast, as_user: Any, held: Message) -> None:
    browser = as_user(cast.colleague)
    assert send(browser, act("release", held)).status_code == 302
    held.refresh_from_db()
    assert held.state == "pending"
    refused = browser.get(act("undoing", held))
    assert refused.status_code == 409
    assert "It is now: waits to be sent" in refused.content.decode()


def test_cancelling_needs_a_reason(cast: Cast, as_user: Any, held: Message) -> None:
    browser, letter = as_user(cast.agent), factories.carried(held, Result.AGAIN, UNSENT)
    empty = send(browser, act("cancellation", letter), reason="")
    assert empty.status_code == 422
    assert "Write why it should not go" in empty.content.decode()
    assert send(browser, act("cancellation", letter), reason="She called.").status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("cancelled", "She called.")


def test_sent_again_it_is_a_new_letter(cast: Cast, as_user: Any, held: Message) -> None:
    browser, sent = as_user(cast.agent), factories.carried(held)
    answer = send(browser, act("resending", sent), reason="She deleted it.")
    again = Message.objects.get(replaces=sent)
    assert answer["Location"] == again.get_absolute_url()
    assert (again.state, again.text, again.why_again) == ("pending", sent.text, "She deleted it.")
    assert again.uid != sent.uid
    once_more = send(browser, act("resending", sent), reason="Again.")
    assert once_more.status_code == 409
    assert "It was sent again already" in once_more.content.decode()


def test_what_came_back_becomes_a_task(cast: Cast, as_user: Any, complaint: Complaint, held: Message) -> None:
    browser, sent = as_user(cast.agent), factories.carried(held)
    answer = send(browser, act("bounce", sent), reason="Mailbox full.")
    task = Task.objects.get(message=sent)
    assert answer["Location"] == task.get_absolute_url()
    sent.refresh_from_db()
    assert (sent.state, sent.reason) == ("bounced", "Mailbox full.")
    assert task.get_absolute_url() in text(browser, sent.get_absolute_url())


def final_reply(cast: Cast, complaint: Complaint) -> Message:
    answers = dict.fromkeys(complaint.issues.all(), "Uang Ibu sudah kembali.")
    reply = give_final_reply(complaint, by=cast.agent, channel="email", language="id", answers=answers)
    assert reply.message
    return reply.message


@pytest.mark.parametrize("how", ["failed", "undone"])
def test_a_final_reply_that_did_not_go_counts_once_it_was_sent_again(
    cast: Cast, complaint: Complaint, how: str
) -> None:
    first = final_reply(cast, complaint)
    first = factories.carried(first, Result.FAILED, UNSENT) if how == "failed" else undo_letter(first, by=cast.agent)
    assert gate.final_reply(complaint) != []
    again = resend_letter(first, by=cast.agent, reason="The address is right.")
    assert gate.final_reply(complaint) != [], "it waits to be sent"
    factories.carried(again)
    assert gate.final_reply(complaint) == []


def test_sending_a_letter_again_that_had_arrived_takes_nothing_back(cast: Cast, complaint: Complaint) -> None:
    sent = factories.carried(final_reply(cast, complaint))
    again = resend_letter(sent, by=cast.agent, reason="She deleted it.")
    cancel_letter(again, by=cast.agent, reason="She found it.")
    assert gate.final_reply(complaint) == []


def test_a_link_to_an_outside_party_is_called_theirs(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    cast.sales.is_outside, cast.sales.email = True, "garansi@mitra.example"
    cast.sales.save(update_fields=["is_outside", "email"])
    handoff = factories.handed_off(cast, complaint)
    letter = Message.objects.get(department=cast.sales)
    shown = text(as_user(cast.agent), letter.get_absolute_url())
    assert "[the outside party’s own link]" in shown
    assert "Sales, outside party, ga•••@mitra.example" in shown
    tell_department(handoff, by=cast.agent)
    assert Message.objects.filter(department=cast.sales).count() == 1


def test_undo_and_send_at_once_have_one_winner(cast: Cast, held: Message) -> None:
    undo_letter(held, by=cast.agent)
    with pytest.raises(MoveRefused):
        cancel_letter(held, by=cast.agent, reason="Once more")
