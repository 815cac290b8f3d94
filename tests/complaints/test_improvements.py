"""What will be different, or a reason why nothing needs to be."""

from datetime import timedelta
from typing import Any

import pytest

from complaints import gate
from complaints.actions import cause as causes
from complaints.actions.details import mark_person_complained_of
from complaints.actions.moves import MoveRefused, NotYours
from complaints.forms.base import today
from complaints.models import Complaint
from tests import factories
from tests.complaints.pages import filled, send
from tests.factories import Cast


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return factories.cause_known(cast, factories.in_progress(cast))


def page(complaint: Complaint, name: str = "") -> str:
    return f"/complaints/{complaint.reference}/improvements/{name}"


def typed(cast: Cast, **more: Any) -> dict[str, Any]:
    values = {
        "kind": "preventive", "words": "A new leaflet.", "owner": cast.officer.pk,
        "due_on": str(today() + timedelta(days=30)), "measure": "No such complaint in 90 days",
    }  # fmt: skip
    return {**values, **more}


def test_an_improvement_is_planned(cast: Cast, complaint: Complaint, as_user) -> None:
    browser = as_user(cast.agent)
    assert b"Nothing is planned yet" in browser.get(page(complaint)).content
    answer = send(browser, page(complaint, "new/"), **typed(cast))
    assert answer.status_code == 302
    assert complaint.improvements.get().owner == cast.officer
    assert b"A new leaflet." in browser.get(page(complaint)).content
    assert gate.improvement(complaint) == []


@pytest.mark.parametrize(
    "wrong",
    [{"measure": ""}, {"kind": "other"}, {"due_on": "2020-01-01"}, {"due_on": "soon"}, {"due_on": ""}, {"owner": "0"}],
)
def test_a_bad_form_comes_back(cast: Cast, complaint: Complaint, as_user, wrong: dict[str, str]) -> None:
    answer = send(as_user(cast.agent), page(complaint, "new/"), **typed(cast, **wrong))
    assert answer.status_code == 422
    assert answer.context["form"]["words"].value() == "A new leaflet."
    assert not complaint.improvements.exists()


def test_today_is_not_later(cast: Cast, complaint: Complaint, as_user) -> None:
    assert send(as_user(cast.agent), page(complaint, "new/"), **typed(cast, due_on=str(today()))).status_code == 422


def test_neither_the_system_nor_somebody_gone_sees_to_it(cast: Cast, complaint: Complaint, as_user) -> None:
    cast.officer.is_active = False
    cast.officer.save()
    for owner in (cast.officer, cast.system):
        assert send(as_user(cast.agent), page(complaint, "new/"), **typed(cast, owner=owner.pk)).status_code == 422


def test_the_person_complained_of_does_not_see_to_it(cast: Cast, complaint: Complaint, as_user) -> None:
    browser = as_user(cast.agent)
    mark_person_complained_of(complaint, person=cast.officer, by=cast.agent)
    choices = browser.get(page(complaint, "new/")).context["form"].fields["owner"].queryset
    assert cast.officer not in choices
    assert cast.colleague in choices
    assert send(browser, page(complaint, "new/"), **typed(cast)).status_code == 422
    assert not complaint.improvements.exists()


def test_a_reason_for_another_cause_is_not_kept_unseen(cast: Cast, complaint: Complaint, as_user) -> None:
    browser = as_user(cast.agent)
    form = filled(browser, page(complaint, "none/"), reason="The leaflet was replaced.")
    causes.note_new_facts(complaint, by=cast.agent, reason="A witness came.")
    answer = browser.post(page(complaint, "none/"), form)
    assert answer.status_code == 409
    assert answer.context["conflict"]
    assert complaint.root_causes.exclude(no_improvement_reason="").count() == 0


def test_only_the_owner_plans(cast: Cast, complaint: Complaint, as_user) -> None:
    for name in ("new/", "none/"):
        assert as_user(cast.colleague).get(page(complaint, name)).status_code == 403
        assert as_user(cast.colleague).post(page(complaint, name), {}).status_code == 403
        assert as_user(cast.outsider).get(page(complaint, name)).status_code == 404
    assert as_user(cast.colleague).get(page(complaint)).status_code == 200
    with pytest.raises(NotYours):
        causes.need_no_improvement(complaint, by=cast.colleague, reason="x")


def test_sent_twice_it_is_one(cast: Cast, complaint: Complaint, as_user) -> None:
    browser = as_user(cast.agent)
    form = filled(browser, page(complaint, "new/"), **typed(cast))
    assert [browser.post(page(complaint, "new/"), form).status_code for _ in range(2)] == [302, 302]
    assert complaint.improvements.count() == 1
    assert browser.post(page(complaint, "new/"), {**form, "words": "Another."}).status_code == 409


def test_a_reason_why_nothing_needs_to_change(cast: Cast, complaint: Complaint, as_user) -> None:
    browser = as_user(cast.agent)
    assert send(browser, page(complaint, "none/"), reason="").status_code == 422
    assert send(browser, page(complaint, "none/"), reason="The leaflet was replaced in May.").status_code == 302
    assert gate.improvement(complaint) == []
    assert b"The leaflet was replaced in May." in browser.get(page(complaint)).content


def test_the_reason_belongs_to_a_cause(cast: Cast, as_user) -> None:
    complaint = factories.in_progress(cast)
    with pytest.raises(MoveRefused):
        causes.need_no_improvement(complaint, by=cast.agent, reason="Nothing.")
    assert as_user(cast.agent).get(page(complaint, "none/")).status_code == 409


def test_nothing_is_planned_on_a_closed_complaint(cast: Cast, as_user) -> None:
    complaint = factories.closed(cast)
    assert send(as_user(cast.agent), page(complaint, "new/"), **typed(cast)).status_code == 409
