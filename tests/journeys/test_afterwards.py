"""After it was resolved: the invitation in the local inbox, a "no" in Indonesian, the call-back, opened again by the
customer, and the second time a yes that closes it."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from complaints import clock
from complaints.delivery import outbox
from complaints.delivery.files import read
from complaints.models import Complaint, Message
from complaints.tasks import close_finished_complaints, deliver_messages, note_messages
from complaints.timeline import flaws
from complaints.workflow import Move
from followups.actions.follow_up import finish_follow_up
from followups.models import FollowUp, Survey
from followups.tasks import look_at_surveys
from tests import factories
from tests.factories import Cast


@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> Any:
    with override_settings(HOME=tmp_path, EMAIL_URL=""):
        yield


def hours_pass(hours: int) -> None:
    clock.advance(timedelta(hours=hours))
    look_at_surveys()
    deliver_messages()
    note_messages()
    close_finished_complaints()


def until_asked(complaint: Complaint) -> Survey:
    """To the first hour of the customer's day in which the survey may be sent."""
    survey = Survey.objects.get(complaint=complaint, cycle=complaint.cycle)
    assert survey.due_at
    hours_pass(int((survey.due_at - clock.now()) / timedelta(hours=1)) + 1)
    survey.refresh_from_db()
    return survey


def link_in(message: Message, place: str) -> str:
    """The path behind the address that the delivered letter shows."""
    [letter, *_] = read(outbox(), str(message.uid))
    found = re.search(rf"http://[^/\s]+(/{place}/\S+)", letter.text)
    assert found, letter.text
    return found[1]


def answer(customer: Client, page: str, **typed: str) -> Any:
    shown = customer.get(page)
    key = re.search(r'name="submit_key" value="([^"]+)"', shown.content.decode())
    assert shown.status_code == 200
    assert key
    return customer.post(page.partition("?")[0], {"send": "1", "submit_key": key[1], **typed}, follow=True)


def test_asked_afterwards_until_it_is_really_solved(cast: Cast, as_user: Any) -> None:
    customer = Client()
    complaint = factories.resolved(cast)
    factories.keep_promises(cast, complaint)
    survey = until_asked(complaint)
    assert survey.state == "sent"

    invitation = Message.objects.get(kind="survey")
    page = link_in(invitation, "f")
    assert "Belum" in customer.get(page).content.decode(), "in the customer's language"
    assert Survey.objects.get().state == "sent", "opening it records nothing"
    thanks = answer(customer, page, solved="no")
    call = FollowUp.objects.get(kind="call_back")
    assert (thanks.status_code, call.state) == (200, "due")
    assert complaint.owner.first_name in thanks.content.decode()
    assert Complaint.objects.get().status == "resolved", "an answer changes no status"
    assert Complaint.objects.get().next_step.key == "call_back", "the owner has the call-back"

    reopened = answer(customer, page.partition("?")[0].rstrip("/") + "/reopening/")
    complaint = Complaint.objects.get()
    assert (reopened.status_code, complaint.status, complaint.cycle) == (200, "in_progress", 2)
    assert customer.get(page).status_code == 404, "a survey of a cycle that is over opens nothing"

    complaint = factories.ready_to_close(cast, complaint)
    second = until_asked(complaint)
    assert (second.cycle, second.state) == (2, "sent")
    page = link_in(Message.objects.filter(kind="survey").latest("pk"), "f")
    answer(customer, page, solved="yes")
    hours_pass(2)
    for owed in FollowUp.objects.filter(cycle=2):
        assert owed.state == "satisfied", "nobody is asked twice"
    assert Complaint.objects.get().status == "closed", "all is there, and the customer said yes"
    assert flaws() == []


def test_a_check_by_phone_makes_the_call_instead_of_the_survey_unneeded(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    complaint.customer.emails.all().delete()
    survey = until_asked(complaint)
    assert survey.state == "not_sent"
    asked = FollowUp.objects.get(kind="instead_of_survey")
    finish_follow_up(asked, by=cast.agent, result=Move.SATISFIED, said=factories.said())
    assert FollowUp.objects.get(kind="check").state == "void"
