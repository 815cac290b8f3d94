"""A letter did not arrive: the customer hears it another way, and somebody says how."""

from typing import Any

import pytest
from django.urls import reverse

from complaints.actions.closure import close_if_finished
from complaints.actions.correspondence import note_bounce
from complaints.actions.tasks import finish_task
from complaints.delivery.post import Result
from complaints.models import AccessLog, Task
from tests import factories
from tests.complaints.pages import said, send
from tests.factories import Cast

REASON = "The mail server answered 550 to RCPT"


@pytest.fixture
def task(cast: Cast) -> Task:
    letter = factories.carried(factories.letter(cast, factories.in_progress(cast)), Result.FAILED, REASON)
    return Task.objects.get(message=letter)


def completion(task: Task) -> str:
    return reverse("complaints:task-completion", args=[task.pk])


def test_it_shows_the_letter_and_every_other_way_to_the_customer(cast: Cast, as_user: Any, task: Task) -> None:
    shown = as_user(cast.agent).get(task.get_absolute_url()).content.decode()
    assert "Bu Sri has not got what this letter says" in shown
    assert REASON in shown
    assert "Nota Ibu sudah kami periksa." in shown
    assert "+62 812-3344-5678" in shown
    assert completion(task) in shown
    assert [(row.user, row.customer) for row in AccessLog.objects.all()] == [(cast.agent, cast.customer)]


def test_an_address_that_gets_no_letters_is_named_as_such(cast: Cast, as_user: Any, task: Task) -> None:
    cast.customer.emails.update(stopped_at=task.made_at)
    assert "(no letters)" in as_user(cast.agent).get(task.get_absolute_url()).content.decode()


def test_done_it_says_what_was_done(cast: Cast, as_user: Any, task: Task) -> None:
    browser = as_user(cast.colleague)
    answer = send(browser, completion(task), words="Read it to her on the phone.")
    assert answer["Location"] == task.complaint.get_absolute_url()
    assert said(browser, answer) == "Done"
    task.refresh_from_db()
    assert (task.state, task.done_by, task.done_words) == ("done", cast.colleague, "Read it to her on the phone.")
    page = browser.get(task.get_absolute_url()).content.decode()
    assert "Read it to her on the phone." in page
    assert completion(task) not in page
    assert browser.get(completion(task)).status_code == 409


def test_without_words_it_is_not_done(cast: Cast, as_user: Any, task: Task) -> None:
    answer = send(as_user(cast.agent), completion(task), words="")
    assert answer.status_code == 422
    assert "Write what you did" in answer.content.decode()
    task.refresh_from_db()
    assert task.is_open


def test_to_others_it_does_not_exist(cast: Cast, as_user: Any, task: Task) -> None:
    for person in (cast.officer, cast.outsider, cast.administrator):
        assert as_user(person).get(task.get_absolute_url()).status_code == 404
        assert as_user(person).get(completion(task)).status_code == 404


def test_the_complaint_shows_what_is_to_do_and_leads_there(cast: Cast, as_user: Any, task: Task) -> None:
    browser, home = as_user(cast.agent), task.complaint.get_absolute_url()
    page = browser.get(home)
    assert page.context["tasks"] == [task]
    assert "did not arrive: reach them another way" in page.content.decode()
    finish_task(task, by=cast.agent, words="On the phone.")
    assert browser.get(home).context["tasks"] == []


def test_a_letter_of_a_closed_complaint_that_came_back_is_noted_without_a_task(cast: Cast, move_clock: Any) -> None:
    complaint = factories.ready_to_close(cast)
    letter = factories.carried(complaint.messages.get(kind="resolved"))
    move_clock(days=3)
    assert close_if_finished(complaint, by=cast.system)
    note_bounce(letter, by=cast.agent, reason="Mailbox full.")
    assert not Task.objects.filter(message=letter).exists()
