"""The root cause: evidence, a method deep enough, no person as the end of it, and what stays undetermined."""

from typing import Any

import pytest

from complaints.actions import approval as approvals
from complaints.actions import cause as causes
from complaints.actions.moves import MoveRefused, NotYours
from complaints.actions.verification import finish_verifying
from complaints.models import Approval, CauseCategory, Complaint
from tests import factories
from tests.complaints.pages import filled, send
from tests.factories import Cast


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return factories.verified(cast, factories.in_progress(cast))


def page(complaint: Complaint, name: str = "") -> str:
    return f"/complaints/{complaint.reference}/cause/{name}"


def category(name: str = "Promoter") -> CauseCategory:
    return CauseCategory.objects.get(name=name)


def facts(cast: Cast, complaint: Complaint, **more: Any) -> dict[str, Any]:
    values = {
        "by": cast.agent, "category": category(), "statement": "The leaflet leaves it out.", "method": "five_whys",
        "evidence": [factories.with_evidence(cast, complaint)],
    }  # fmt: skip
    return {**values, **more}


def codes(complaint: Complaint, **values: Any) -> set[str]:
    with pytest.raises(MoveRefused) as refusal:
        causes.confirm_cause(complaint, **values)
    assert Complaint.objects.get(pk=complaint.pk).cause == "verified"
    return {reason.code for reason in refusal.value.reasons}


def typed(cast: Cast, complaint: Complaint, **more: Any) -> dict[str, Any]:
    values = facts(cast, complaint)
    return {
        "category": values["category"].pk, "statement": values["statement"], "method": "five_whys",
        "evidence": [values["evidence"][0].pk], **more,
    }  # fmt: skip


def test_the_cause_is_confirmed(cast: Cast, complaint: Complaint, as_user) -> None:
    browser = as_user(cast.agent)
    answer = send(browser, page(complaint), **typed(cast, complaint))
    assert (answer.status_code, answer["Location"]) == (302, f"/complaints/{complaint.reference}/improvements/")
    assert Complaint.objects.get(pk=complaint.pk).cause == "cause_known"
    seen = browser.get(page(complaint)).content.decode()
    assert "Wrong information: Promoter" in seen
    assert "The leaflet leaves it out." in seen
    assert 'name="statement"' not in seen


def test_operator_error_alone_is_refused(cast: Cast, complaint: Complaint, as_user) -> None:
    assert codes(complaint, **facts(cast, complaint, category=category("Conduct"))) == {"blame"}
    answer = send(as_user(cast.agent), page(complaint), **typed(cast, complaint, category=category("Conduct").pk))
    assert answer.status_code == 409
    assert "say why it was possible" in answer.content.decode()
    assert answer.context["form"]["statement"].value() == "The leaflet leaves it out."
    values = facts(cast, complaint, category=category("Conduct"), why_possible="Nobody had trained them.")
    assert causes.confirm_cause(complaint, **values).why_possible == "Nobody had trained them."


def test_the_refusal_names_everything_that_is_missing(cast: Cast, complaint: Complaint) -> None:
    Complaint.objects.filter(pk=complaint.pk).update(severity="high")
    values = facts(cast, complaint, evidence=[], category=category("Slip or oversight"))
    assert codes(complaint, **values) == {"method", "no_evidence", "blame"}


@pytest.mark.parametrize(
    ("severity", "enough"),
    [
        ("low", ["one_line", "five_whys", "fishbone", "8d"]),
        ("medium", ["five_whys", "fishbone", "8d"]),
        ("high", ["fishbone", "8d"]),
        ("critical", ["8d"]),
    ],
)
def test_the_page_offers_the_methods_that_are_enough(
    cast: Cast, complaint: Complaint, as_user, severity: str, enough: list[str]
) -> None:
    Complaint.objects.filter(pk=complaint.pk).update(severity=severity)
    form = as_user(cast.agent).get(page(complaint)).context["form"]
    assert [value for value, _label in form.fields["method"].choices] == enough


def test_a_bad_form_comes_back(cast: Cast, complaint: Complaint, as_user) -> None:
    answer = send(as_user(cast.agent), page(complaint), **typed(cast, complaint, statement=" ", why_possible="Heat."))
    assert answer.status_code == 422
    assert answer.context["form"]["why_possible"].value() == "Heat."


def test_evidence_of_another_complaint_is_no_choice(cast: Cast, complaint: Complaint, as_user) -> None:
    other = factories.with_evidence(cast, factories.in_progress(cast, customer=cast.other_customer))
    answer = send(as_user(cast.agent), page(complaint), **typed(cast, complaint, evidence=[other.pk]))
    assert answer.status_code == 422


def test_everybody_who_sees_it_reads_and_the_owner_confirms(cast: Cast, complaint: Complaint, as_user) -> None:
    seen = as_user(cast.colleague).get(page(complaint))
    assert seen.status_code == 200
    assert b'name="statement"' not in seen.content
    assert as_user(cast.colleague).post(page(complaint), {}).status_code == 403
    assert as_user(cast.outsider).get(page(complaint)).status_code == 404
    with pytest.raises(NotYours):
        causes.confirm_cause(complaint, **facts(cast, complaint, by=cast.colleague, evidence=[]))


def test_the_facts_come_first(cast: Cast, as_user) -> None:
    complaint = factories.in_progress(cast)
    with pytest.raises(MoveRefused):
        causes.confirm_cause(complaint, **facts(cast, complaint))
    assert b"The facts come first" in as_user(cast.agent).get(page(complaint)).content


def test_sent_twice_it_is_confirmed_once(cast: Cast, complaint: Complaint, as_user) -> None:
    browser = as_user(cast.agent)
    form = filled(browser, page(complaint), **typed(cast, complaint))
    assert [browser.post(page(complaint), form).status_code for _ in range(2)] == [302, 302]
    assert complaint.root_causes.count() == 1
    assert browser.post(page(complaint), {**form, "statement": "Another."}).status_code == 409


def test_somebody_elses_cause_is_not_overwritten(cast: Cast, complaint: Complaint, as_user) -> None:
    browser = as_user(cast.agent)
    form = filled(browser, page(complaint), **typed(cast, complaint))
    causes.confirm_cause(complaint, **facts(cast, complaint, by=cast.supervisor, statement="Hers."))
    answer = browser.post(page(complaint), form)
    assert answer.status_code == 409
    assert {row["name"] for row in answer.context["conflict"]["rows"]} >= {"statement"}
    assert complaint.root_causes.get().statement == "Hers."


def test_undetermined_needs_a_second_persons_yes(cast: Cast, complaint: Complaint, as_user) -> None:
    values = facts(cast, complaint, evidence=[], category=category("Not found"))
    assert codes(complaint, **values) == {"no_approval"}
    browser = as_user(cast.agent)
    assert category("Not found") not in browser.get(page(complaint)).context["form"].fields["category"].queryset
    answer = send(browser, page(complaint, "undetermined/"), reason="No camera, no receipt, word against word.")
    assert answer.status_code == 302
    approval = complaint.approvals.get(kind=Approval.Kind.UNDETERMINED_CAUSE)
    assert b"Asked that the cause stays undetermined" in browser.get(page(complaint)).content
    with pytest.raises(NotYours):
        approvals.approve(approval, by=cast.agent, outcome="yes")
    approvals.approve(approval, by=cast.supervisor, outcome="Nothing more can be found.")
    form = typed(cast, complaint, category=category("Not found").pk, evidence=[])
    assert send(browser, page(complaint), **form).status_code == 302
    assert complaint.root_causes.get().approval == approval


def test_a_yes_to_undetermined_is_void_when_new_facts_come(cast: Cast, complaint: Complaint) -> None:
    approval = approvals.ask_approval(
        complaint, by=cast.agent, kind=Approval.Kind.UNDETERMINED_CAUSE, reason="No camera."
    )
    approvals.approve(approval, by=cast.supervisor, outcome="Yes.")
    causes.note_new_facts(complaint, by=cast.agent, reason="A camera was found.")
    finish_verifying(complaint, by=cast.agent)
    assert codes(complaint, **facts(cast, complaint, evidence=[], category=category("Not found"))) == {"no_approval"}


def test_undetermined_is_asked_once_and_only_of_checked_facts(cast: Cast, complaint: Complaint, as_user) -> None:
    browser = as_user(cast.agent)
    send(browser, page(complaint, "undetermined/"), reason="No camera.")
    assert send(browser, page(complaint, "undetermined/"), reason="Again.").status_code == 409
    fresh = factories.in_progress(cast, customer=cast.other_customer)
    assert browser.get(page(fresh, "undetermined/")).status_code == 409
    assert as_user(cast.colleague).get(page(complaint, "undetermined/")).status_code == 403


def test_new_facts_open_the_checking_again_and_keep_what_was_found(cast: Cast, as_user) -> None:
    complaint = factories.cause_known(cast, factories.in_progress(cast))
    browser = as_user(cast.agent)
    assert send(browser, page(complaint, "new-facts/")).status_code == 422
    answer = send(browser, page(complaint, "new-facts/"), reason="The cashier remembers.")
    assert answer.status_code == 302
    complaint = Complaint.objects.get(pk=complaint.pk)
    assert (complaint.cause, complaint.root_causes.filter(is_current=True).count()) == ("verifying", 1)
    assert complaint.issues.get().verdict is not None
    assert "Confirmed before the new facts" in browser.get(page(complaint)).content.decode()


def test_another_cause_replaces_the_one_that_stood(cast: Cast, as_user) -> None:
    complaint = factories.cause_known(cast, factories.in_progress(cast))
    causes.note_new_facts(complaint, by=cast.agent, reason="The cashier remembers.")
    complaint = Complaint.objects.get(pk=complaint.pk)
    finish_verifying(complaint, by=cast.agent)
    causes.confirm_cause(complaint, **facts(cast, complaint, statement="The till prints the old terms."))
    assert list(complaint.root_causes.values_list("is_current", flat=True)) == [False, True]
    assert b"The till prints the old terms." in as_user(cast.agent).get(page(complaint)).content


def test_a_closed_complaint_gets_no_new_facts(cast: Cast, as_user) -> None:
    complaint = factories.closed(cast)
    with pytest.raises(MoveRefused):
        causes.note_new_facts(complaint, by=cast.agent, reason="Late.")
    assert Complaint.objects.get(pk=complaint.pk).cause == "cause_known"
    assert send(as_user(cast.agent), page(complaint, "new-facts/"), reason="Late.").status_code == 409
