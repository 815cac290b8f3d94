"""Changing the details, also when two people do it at once."""

from typing import Any

import pytest

from complaints.actions.details import MAY_CHANGE, change_details
from complaints.actions.intake import add_note
from complaints.forms.details import DetailsForm
from complaints.models import Complaint
from tests import factories
from tests.factories import Cast


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return factories.in_progress(cast)


def address(complaint: Complaint, page: str = "details") -> str:
    return f"/complaints/{complaint.reference}/{page}/"


def opened(browser: Any, complaint: Complaint) -> dict[str, Any]:
    """What the form would send if nothing was touched."""
    return untouched(browser.get(address(complaint)))


def untouched(answer: Any) -> dict[str, Any]:
    values = {field.name: field.value() for field in answer.context["form"]}
    return {name: "" if value is None else value for name, value in values.items()}


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


def test_the_form_has_everything_that_may_be_changed() -> None:
    assert set(MAY_CHANGE) <= set(DetailsForm().fields)


def test_the_owner_changes_what_is_known(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    browser = as_user(cast.agent)
    typed = {**opened(browser, complaint), "severity": "high", "factors": ["money"], "was_told": "2 tahun"}
    assert browser.post(address(complaint), typed).status_code == 302
    changed = fresh(complaint)
    assert (changed.severity, changed.factors, changed.was_told) == ("high", ["money"], "2 tahun")
    assert changed.topic == complaint.topic
    assert complaint.events.filter(kind="details_changed").count() == 1


def test_saving_without_a_change_records_nothing(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    browser = as_user(cast.agent)
    browser.post(address(complaint), opened(browser, complaint))
    assert not complaint.events.filter(kind="details_changed").exists()


def test_what_is_missing_is_said_and_what_was_typed_is_kept(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    browser = as_user(cast.agent)
    typed = {**opened(browser, complaint), "topic": "Kept words", "wants": [], "wanted_currency": ""}
    answer = browser.post(address(complaint), typed)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Kept words" in shown
    assert "Choose what the customer wants" in shown
    assert "Choose the currency" in shown
    assert fresh(complaint).topic == complaint.topic


def test_a_colleague_is_told_who_does_it(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    answer = as_user(cast.colleague).get(address(complaint))
    assert answer.status_code == 403
    assert "the owner" in answer.content.decode()
    assert as_user(cast.outsider).get(address(complaint)).status_code == 404


def test_sent_twice_it_is_saved_once(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    browser = as_user(cast.agent)
    typed = {**opened(browser, complaint), "severity": "high"}
    first, second = browser.post(address(complaint), typed), browser.post(address(complaint), typed)
    assert (first.status_code, second.status_code) == (302, 302)
    assert complaint.events.filter(kind="details_changed").count() == 1


def test_two_people_save_at_once_and_the_second_chooses(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    andi, dewi = as_user(cast.agent), as_user(cast.supervisor)
    of_andi, of_dewi = opened(andi, complaint), opened(dewi, complaint)
    dewi.post(address(complaint), {**of_dewi, "severity": "high"})

    answer = andi.post(address(complaint), {**of_andi, "severity": "low", "topic": "Warranty"})
    assert answer.status_code == 409
    rows = {row["name"]: row for row in answer.context["conflict"]["rows"]}
    assert (rows["severity"]["mine"], rows["severity"]["theirs"]) == ("low", "high")
    assert (rows["topic"]["mine"], rows["topic"]["theirs"]) == ("Warranty", "")
    assert "Dewi" in answer.content.decode()
    assert fresh(complaint).severity == "high"
    assert fresh(complaint).topic == complaint.topic

    chosen = {**untouched(answer), "choose_severity": "theirs", "choose_topic": "mine"}
    assert andi.post(address(complaint), chosen).status_code == 302
    saved = fresh(complaint)
    assert (saved.severity, saved.topic) == ("high", "Warranty")


def test_or_keeps_their_own(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    browser = as_user(cast.agent)
    typed = {**opened(browser, complaint), "severity": "low"}
    change_details(complaint, by=cast.supervisor, severity="high")
    answer = browser.post(address(complaint), typed)
    browser.post(address(complaint), {**untouched(answer), "choose_severity": "mine"})
    assert fresh(complaint).severity == "low"


def test_what_the_other_changed_and_i_did_not_stands_by_itself(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    browser = as_user(cast.agent)
    typed = {**opened(browser, complaint), "topic": "Warranty"}
    change_details(complaint, by=cast.supervisor, severity="high")
    rows = browser.post(address(complaint), typed).context["conflict"]["rows"]
    assert {row["name"]: row["choice"] for row in rows} == {"severity": "theirs", "topic": "mine"}


def test_a_note_in_between_is_no_conflict(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    browser = as_user(cast.agent)
    typed = {**opened(browser, complaint), "severity": "high"}
    add_note(complaint, by=cast.colleague, words="Rang the shop.")
    assert browser.post(address(complaint), typed).status_code == 302


def test_an_issue_is_added(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    browser, page = as_user(cast.colleague), address(complaint, "issues/new")
    typed = {"submit_key": "44444444-1111-4111-8111-111111111111", "words": "The receipt was wrong too."}
    assert browser.get(page).status_code == 200
    assert browser.post(page, {**typed, "words": ""}).status_code == 422
    assert browser.post(page, typed).status_code == 302
    assert [str(issue) for issue in complaint.issues.all()][-1] == "The receipt was wrong too."


def test_no_issue_is_added_once_the_facts_are_checked(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    factories.verified(cast, complaint)
    typed = {"submit_key": "44444444-1111-4111-8111-111111111112", "words": "One more."}
    answer = as_user(cast.agent).post(address(complaint, "issues/new"), typed)
    assert answer.status_code == 409
    assert "new facts" in answer.content.decode()
