"""A duplicate of the same customer's leads to the other complaint; for 30 days it can be taken apart again."""

import uuid
from typing import Any

import pytest

from complaints.actions.closure import merge_complaint, unmerge_complaint
from complaints.actions.contact import log_contact
from complaints.actions.details import change_details, change_owner, mark_person_complained_of
from complaints.actions.intake import add_note, add_to_narrative
from complaints.actions.moves import MoveRefused, NotYours
from complaints.models import Complaint
from escalation.models import NextStep
from followups.actions.promise import release_promise
from tests import factories
from tests.factories import Cast


def sent(**typed: Any) -> dict[str, Any]:
    return {"submit_key": str(uuid.uuid4()), **typed}


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


def codes(refusal: Any) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def test_no_row_moves_and_nothing_is_owed_on_it_any_more(cast: Cast) -> None:
    source, target = factories.received(cast), factories.in_progress(cast)
    merged = merge_complaint(source, into=target, by=cast.agent)
    assert (merged.status, merged.merged_into) == ("merged", target)
    assert merged.contacts.count() == 1
    assert not NextStep.objects.filter(complaint=source).exists()
    assert target.events.filter(kind="complaint_took_in").exists()


def test_what_is_live_holds_it_and_is_named(cast: Cast) -> None:
    source, target = factories.in_progress(cast), factories.received(cast)
    factories.handed_off(cast, source)
    factories.offered(cast, source)
    with pytest.raises(MoveRefused) as refusal:
        merge_complaint(source, into=target, by=cast.agent)
    assert set(codes(refusal)) == {"handoff_open", "offer_open", "promise_open"}
    assert "Sales" in {str(reason.words) for reason in refusal.value.reasons}
    assert fresh(source).merged_into is None


def test_only_into_another_open_complaint_of_the_same_customer(cast: Cast) -> None:
    source = factories.received(cast)
    for target, code in (
        (source, "itself"),
        (factories.received(cast, customer=cast.other_customer), "other_customer"),
        (factories.closed(cast), "target_closed"),
    ):
        with pytest.raises(MoveRefused) as refusal:
            merge_complaint(source, into=target, by=cast.agent)
        assert codes(refusal) == [code]


def test_not_while_the_person_complained_of_differs(cast: Cast) -> None:
    source, target = factories.received(cast), factories.received(cast)
    mark_person_complained_of(source, person=cast.colleague, by=cast.supervisor)
    with pytest.raises(MoveRefused) as refusal:
        merge_complaint(source, into=target, by=cast.agent)
    assert codes(refusal) == ["other_person"]
    assert target.reference in refusal.value.reasons[0].url
    mark_person_complained_of(target, person=cast.colleague, by=cast.supervisor)
    assert merge_complaint(source, into=target, by=cast.agent).status == "merged"


def test_a_mark_made_later_goes_to_all_that_is_merged_together(cast: Cast) -> None:
    first, second, third = (factories.received(cast) for _each in range(3))
    merge_complaint(first, into=second, by=cast.agent)
    merge_complaint(second, into=third, by=cast.agent)
    for marked, person in ((first, cast.colleague), (third, cast.agent), (second, None)):
        mark_person_complained_of(marked, person=person, by=cast.supervisor)
        assert {fresh(each).person_complained_of for each in (first, second, third)} == {person}
    assert {fresh(each).owner for each in (first, second, third)} == {cast.supervisor}


def test_a_contact_follows_a_chain_to_its_end(cast: Cast) -> None:
    first, second, third = (factories.received(cast) for _each in range(3))
    merge_complaint(first, into=second, by=cast.agent)
    merge_complaint(second, into=third, by=cast.agent)
    assert log_contact(first, factories.said(), by=cast.agent).complaint == third


def test_a_circle_of_pointers_comes_to_an_end(cast: Cast) -> None:
    first, second = factories.received(cast), factories.received(cast)
    merge_complaint(first, into=second, by=cast.agent)
    Complaint.objects.filter(pk=second.pk).update(status="merged", merged_into=first)
    assert log_contact(first, factories.said(), by=cast.agent).complaint in (first, second)


def test_nobody_writes_through_the_pointer_where_they_may_not_work(cast: Cast) -> None:
    source, target = factories.received(cast), factories.received(cast)
    merge_complaint(source, into=target, by=cast.agent)
    Complaint.objects.filter(pk=target.pk).update(person_complained_of=cast.colleague)
    with pytest.raises(NotYours):
        log_contact(source, factories.said(), by=cast.colleague)


def test_what_is_written_belongs_to_the_other_one(cast: Cast) -> None:
    source, target = factories.received(cast), factories.received(cast)
    merge_complaint(source, into=target, by=cast.agent)
    for write in (
        lambda: add_note(source, by=cast.agent, words="Rang the shop."),
        lambda: add_to_narrative(source, by=cast.agent, words="Kaus biru."),
        lambda: factories.with_evidence(cast, source),
        lambda: change_details(source, by=cast.agent, severity="high"),
        lambda: change_owner(source, to=cast.colleague, by=cast.agent, reason="Hers."),
    ):
        with pytest.raises(MoveRefused) as refusal:
            write()
        assert codes(refusal) == ["merged"]
        assert refusal.value.reasons[0].url == target.get_absolute_url()


def test_a_supervisor_takes_them_apart_within_thirty_days(cast: Cast, move_clock: Any) -> None:
    source, target = factories.received(cast), factories.received(cast)
    merge_complaint(source, into=target, by=cast.agent)
    with pytest.raises(NotYours):
        unmerge_complaint(source, by=cast.agent)
    apart = unmerge_complaint(source, by=cast.supervisor)
    assert (apart.status, apart.merged_into, apart.status_before_merge) == ("received", None, "")
    assert NextStep.objects.filter(complaint=source).exists()
    merge_complaint(source, into=target, by=cast.agent)
    move_clock(days=31)
    with pytest.raises(MoveRefused) as refusal:
        unmerge_complaint(source, by=cast.supervisor)
    assert codes(refusal) == ["too_late"]


def test_not_after_the_other_was_closed(cast: Cast) -> None:
    target = factories.in_progress(cast)
    source = factories.received(cast)
    merge_complaint(source, into=target, by=cast.agent)
    factories.closed(cast, target)
    with pytest.raises(MoveRefused) as refusal:
        unmerge_complaint(source, by=cast.supervisor)
    assert codes(refusal) == ["target_closed"]


def test_the_page_merges_by_the_other_number(cast: Cast, as_user: Any) -> None:
    source, target = factories.received(cast), factories.received(cast, topic="The same fridge")
    url, client = f"/complaints/{source.reference}/merger/", as_user(cast.agent)
    shown = client.get(url).content.decode()
    assert target.reference in shown
    assert "Both numbers lead to the other complaint" in shown
    unknown = client.post(url, sent(reference="C26-999999"))
    assert unknown.status_code == 422
    assert "C26-999999" in unknown.content.decode()
    assert client.post(url, sent(reference=source.reference)).status_code == 409
    form = sent(reference=target.reference.lower())
    first, second = client.post(url, form), client.post(url, form)
    assert (first.status_code, first.url) == (second.status_code, second.url) == (302, target.get_absolute_url())
    assert client.get(url).status_code == 409


def test_the_page_names_what_is_live_before_and_after_pressing(cast: Cast, as_user: Any) -> None:
    source, target = factories.in_progress(cast), factories.received(cast)
    url, client = f"/complaints/{source.reference}/merger/", as_user(cast.agent)
    assert "First end what is live here" in client.get(url).content.decode()
    refused = client.post(url, sent(reference=target.reference))
    assert refused.status_code == 409
    assert "A promise is open" in refused.content.decode()
    release_promise(source.promises.get(), by=cast.agent, reason="It goes on in the other.")
    assert client.post(url, sent(reference=target.reference)).status_code == 302


def test_a_complaint_somebody_may_not_see_is_not_a_target(cast: Cast, as_user: Any) -> None:
    source, target = factories.received(cast), factories.received(cast)
    Complaint.objects.filter(pk=target.pk).update(home_department=cast.other_care)
    response = as_user(cast.agent).post(f"/complaints/{source.reference}/merger/", sent(reference=target.reference))
    assert response.status_code == 422


def test_the_supervisor_unmerges_on_a_page_that_says_what_it_means(cast: Cast, as_user: Any) -> None:
    source, target = factories.received(cast), factories.received(cast)
    merge_complaint(source, into=target, by=cast.agent)
    url = f"/complaints/{source.reference}/unmerging/"
    assert as_user(cast.agent).get(url).status_code == 403
    client = as_user(cast.supervisor)
    assert f"no longer leads to {target}" in client.get(url).content.decode()
    assert client.post(url, sent()).status_code == 302
    assert fresh(source).status == "received"
    assert client.post(url, sent()).status_code == 409
