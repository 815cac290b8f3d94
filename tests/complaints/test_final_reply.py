"""The final reply: every issue answered, in the customer's language, with a correction where we were wrong."""

from typing import Any

import pytest

from complaints import gate
from complaints.actions.intake import add_issue
from complaints.models import Complaint
from tests import factories
from tests.factories import Cast


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    complaint = factories.in_progress(cast, was_told="2 tahun", correct_information="1 tahun")
    add_issue(complaint, by=cast.agent, words="Nobody called back.")
    return complaint


def address(complaint: Complaint) -> str:
    return f"/complaints/{complaint.reference}/final-reply/"


def typed(complaint: Complaint, **facts: str) -> dict[str, str]:
    answers = {f"answer_{issue.pk}": f"Jawaban {issue.pk}" for issue in complaint.issues.all()}
    return {
        "submit_key": "55555555-1111-4111-8111-111111111111",
        "channel": "phone",
        "language": "id",
        "correction": "Garansinya satu tahun.",
        "closing_words": "Terima kasih.",
        **answers,
        **facts,
    }


def test_it_asks_one_answer_for_each_issue_and_the_correction(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    shown = as_user(cast.agent).get(address(complaint)).content.decode()
    assert "Answer to: Nobody called back." in shown
    assert "Correction" in shown
    assert "2 tahun" in shown


def test_given_it_satisfies_the_gate(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    assert as_user(cast.agent).post(address(complaint), typed(complaint)).status_code == 302
    assert gate.final_reply(Complaint.objects.get(pk=complaint.pk)) == []
    reply = complaint.contacts.get(is_final_reply=True)
    assert (reply.reached, reply.correction, reply.answers.count()) == (True, "Garansinya satu tahun.", 2)


def test_an_issue_without_an_answer_is_named(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    last = complaint.issues.last()
    assert last
    answer = as_user(cast.agent).post(address(complaint), typed(complaint, **{f"answer_{last.pk}": ""}))
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Answer: Nobody called back." in shown
    assert "Terima kasih." in shown
    assert not complaint.contacts.filter(is_final_reply=True).exists()


@pytest.mark.parametrize(
    ("facts", "says"),
    [({"language": "en"}, "The customer reads Indonesia"), ({"correction": ""}, "Correct what we had told wrongly")],
)
def test_what_is_missing_is_said(
    complaint: Complaint, cast: Cast, as_user: Any, facts: dict[str, str], says: str
) -> None:
    answer = as_user(cast.agent).post(address(complaint), typed(complaint, **facts))
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_without_any_channel_it_is_written_and_kept(cast: Cast, as_user: Any) -> None:
    nobody = factories.make_customer(cast.agent, full_name="", address_as="", phones=[], emails=[], account_number="")
    complaint = factories.in_progress(cast, customer=nobody)
    browser = as_user(cast.agent)
    assert "written and kept, not sent" in browser.get(address(complaint)).content.decode()
    answer = browser.post(address(complaint), typed(complaint), follow=True)
    assert "no way to reach the customer" in answer.content.decode()
    assert complaint.contacts.get(is_final_reply=True).reached is False
    assert gate.final_reply(Complaint.objects.get(pk=complaint.pk)) == []


def test_it_is_the_owners_to_give(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    assert as_user(cast.colleague).get(address(complaint)).status_code == 403
    assert as_user(cast.outsider).get(address(complaint)).status_code == 404
    assert as_user(cast.supervisor).get(address(complaint)).status_code == 200


def test_not_before_it_is_worked_on(cast: Cast, as_user: Any) -> None:
    assert as_user(cast.agent).get(address(factories.received(cast))).status_code == 409


def test_sent_twice_it_is_given_once(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    browser = as_user(cast.agent)
    browser.post(address(complaint), typed(complaint))
    assert browser.post(address(complaint), typed(complaint)).status_code == 302
    assert complaint.contacts.filter(is_final_reply=True).count() == 1
