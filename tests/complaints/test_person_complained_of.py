"""Naming the person complained of: from this act on they neither see, own nor check it."""

from typing import Any

from complaints.models import Complaint, Membership
from tests import factories
from tests.factories import Cast


def address(complaint: Complaint) -> str:
    return f"/complaints/{complaint.reference}/person-complained-of/"


def typed(answer: Any, **facts: Any) -> dict[str, Any]:
    form = answer.context["form"]
    return {"submit_key": str(form["submit_key"].value()), "version": form["version"].value(), **facts}


def test_the_page_says_what_will_happen(cast: Cast, as_user: Any) -> None:
    shown = as_user(cast.colleague).get(address(factories.in_progress(cast))).content.decode()
    assert "neither sees, owns nor checks" in shown


def test_marking_the_owner_moves_ownership_to_the_supervisor(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    browser = as_user(cast.colleague)
    answer = browser.post(address(complaint), typed(browser.get(address(complaint)), person=cast.agent.pk))
    assert answer.status_code == 302
    complaint.refresh_from_db()
    assert complaint.owner == cast.supervisor
    assert as_user(cast.agent).get(complaint.get_absolute_url()).status_code == 404


def test_nobody_to_take_over_is_a_sentence_and_changes_nothing(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    Membership.objects.filter(role__in=["supervisor", "manager"]).delete()
    browser = as_user(cast.colleague)
    answer = browser.post(address(complaint), typed(browser.get(address(complaint)), person=cast.agent.pk))
    assert answer.status_code == 409
    assert "no supervisor and no manager" in answer.content.decode()
    complaint.refresh_from_db()
    assert (complaint.owner, complaint.person_complained_of) == (cast.agent, None)


def test_nobody_marks_themselves(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    browser = as_user(cast.agent)
    answer = browser.post(address(complaint), typed(browser.get(address(complaint)), person=cast.agent.pk))
    assert answer.status_code == 409
    assert "somebody else" in answer.content.decode()


def test_the_mark_can_be_taken_away(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    Complaint.objects.filter(pk=complaint.pk).update(person_complained_of=cast.officer)
    browser = as_user(cast.supervisor)
    browser.post(address(complaint), typed(browser.get(address(complaint)), person=""))
    complaint.refresh_from_db()
    assert complaint.person_complained_of is None


def test_strangers_do_not_find_it(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    for who in (cast.officer, cast.outsider, cast.administrator):
        assert as_user(who).get(address(complaint)).status_code == 404


def test_the_system_is_nobody_to_complain_of(cast: Cast, as_user: Any) -> None:
    form = as_user(cast.agent).get(address(factories.in_progress(cast))).context["form"]
    assert cast.system not in form.fields["person"].queryset
