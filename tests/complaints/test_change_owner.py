"""Changing the owner: its own act, with a reason."""

from typing import Any

from complaints.models import Complaint
from tests import factories
from tests.factories import Cast


def address(complaint: Complaint) -> str:
    return f"/complaints/{complaint.reference}/owner/"


def typed(answer: Any, **facts: Any) -> dict[str, Any]:
    form = answer.context["form"]
    return {"submit_key": str(form["submit_key"].value()), "version": form["version"].value(), **facts}


def test_the_owner_hands_over_with_a_reason_and_the_promises_go_along(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    browser = as_user(cast.agent)
    facts = typed(browser.get(address(complaint)), owner=cast.colleague.pk, reason="Andi is away next week.")
    assert browser.post(address(complaint), facts).status_code == 302
    complaint.refresh_from_db()
    assert complaint.owner == cast.colleague
    assert complaint.promises.get().owner == cast.colleague
    assert complaint.notes.get().words == "Andi is away next week."


def test_only_people_who_can_own_it_are_offered(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    Complaint.objects.filter(pk=complaint.pk).update(person_complained_of=cast.second_supervisor)
    form = as_user(cast.agent).get(address(complaint)).context["form"]
    assert set(form.fields["owner"].queryset) == {cast.colleague, cast.supervisor, cast.manager}


def test_a_reason_is_asked(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    browser = as_user(cast.supervisor)
    facts = typed(browser.get(address(complaint)), owner=cast.colleague.pk, reason="")
    answer = browser.post(address(complaint), facts)
    assert answer.status_code == 422
    assert "Write why the owner changes" in answer.content.decode()
    complaint.refresh_from_db()
    assert complaint.owner == cast.agent


def test_somebody_else_changed_it_first(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    first, second = as_user(cast.supervisor), as_user(cast.manager)
    late = typed(second.get(address(complaint)), owner=cast.manager.pk, reason="Mine.")
    early = typed(first.get(address(complaint)), owner=cast.colleague.pk, reason="Hers.")
    assert first.post(address(complaint), early).status_code == 302
    answer = second.post(address(complaint), late)
    assert answer.status_code == 409
    assert "Mine." in answer.content.decode()
    complaint.refresh_from_db()
    assert complaint.owner == cast.colleague


def test_a_colleague_may_not_and_a_stranger_does_not_find_it(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    assert as_user(cast.colleague).get(address(complaint)).status_code == 403
    assert as_user(cast.outsider).get(address(complaint)).status_code == 404


def test_sent_twice_it_changes_once(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    browser = as_user(cast.supervisor)
    facts = typed(browser.get(address(complaint)), owner=cast.colleague.pk, reason="Holiday.")
    assert browser.post(address(complaint), facts).status_code == 302
    assert browser.post(address(complaint), facts).status_code in (302, 409)
    assert complaint.events.filter(kind="owner_changed").count() == 1
