"""The closure gate: each requirement alone missing refuses, and says where it is mended (product.md section 6)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from complaints import clock, gate
from complaints.actions.approval import ask_approval
from complaints.actions.closure import close_complaint
from complaints.actions.contact import log_contact
from complaints.actions.moves import MoveRefused
from complaints.models import Complaint, User, Verdict
from escalation.actions.escalation import raise_escalation
from tests import factories
from tests.factories import Cast


def refusals(complaint: Complaint, cast: Cast) -> set[str]:
    clock.advance(timedelta(hours=49))
    with pytest.raises(MoveRefused) as refused:
        close_complaint(complaint, by=cast.agent)
    assert Complaint.objects.get(pk=complaint.pk).status != "closed"
    assert all(reason.url for reason in refused.value.reasons), "each names where it is mended"
    return {reason.code for reason in refused.value.reasons}


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


def all_but(cast: Cast, *left_out: str, facts: dict[str, object] | None = None) -> Complaint:
    """A resolved complaint with everything done but what is named."""
    complaint = factories.in_progress(cast, **(facts or {}))
    steps: dict[str, Callable[[], object]] = {
        "promises": lambda: factories.keep_promises(cast, complaint),
        "cause": lambda: factories.cause_known(cast, fresh(complaint)),
        "remedy": lambda: factories.resolved(cast, fresh(complaint)),
        "reply": lambda: factories.answered(cast, fresh(complaint)),
        "improvement": lambda: factories.improved(cast, fresh(complaint)),
    }
    for name, step in steps.items():
        if name not in left_out:
            step()
    return fresh(complaint)


def test_nothing_missing_closes(cast: Cast) -> None:
    complaint = all_but(cast)
    assert gate.missing(complaint) == []
    clock.advance(timedelta(hours=49))
    assert close_complaint(complaint, by=cast.agent).status == "closed"


def test_a_verdict_on_every_issue(cast: Cast) -> None:
    complaint = all_but(cast)
    issue = complaint.issues.create(words="Nobody called back")
    assert refusals(complaint, cast) == {"no_verdict", "unanswered"}
    assert str(issue) in str(gate.verdicts(complaint)[0].words)


def test_a_confirmed_root_cause(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    factories.keep_promises(cast, complaint)
    factories.verified(cast, fresh(complaint))
    factories.resolved(cast, fresh(complaint))
    factories.answered(cast, fresh(complaint))
    factories.improved(cast, fresh(complaint))
    assert refusals(fresh(complaint), cast) == {"no_cause"}


def complained_of(complaint: Complaint, person: User) -> Complaint:
    """Marked after it was worked on."""
    Complaint.objects.filter(pk=complaint.pk).update(person_complained_of=person)
    return fresh(complaint)


def test_what_the_person_complained_of_found_does_not_count(cast: Cast) -> None:
    complaint = all_but(cast)
    Verdict.objects.filter(issue__complaint=complaint).update(by=cast.colleague)
    complaint.root_causes.update(by=cast.colleague)
    assert gate.missing(complaint) == []
    complaint = complained_of(complaint, cast.colleague)
    assert refusals(complaint, cast) == {"no_verdict", "no_cause"}
    assert "Somebody else" in str(gate.verdicts(complaint)[0].words)
    assert {reason.url_name for reason in gate.missing(complaint)} == {"complaints:new-facts"}


def test_an_improvement_lies_with_somebody_else(cast: Cast) -> None:
    complaint = all_but(cast)
    assert refusals(complained_of(complaint, cast.officer), cast) == {"no_improvement"}


def test_an_accepted_and_fulfilled_remedy(cast: Cast) -> None:
    complaint = all_but(cast, "remedy")
    assert {reason.code for reason in gate.missing(complaint)} == {"no_offer", "no_proof"}
    factories.accepted(cast, complaint)
    codes = {reason.code for reason in gate.missing(fresh(complaint))}
    assert codes == {"no_proof", "promise_open"}, "accepted, and what was promised is not delivered"


def test_every_handoff_settled(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    factories.handed_off(cast, complaint)
    factories.ready_to_close(cast, fresh(complaint))
    assert refusals(fresh(complaint), cast) == {"handoff_open"}


def test_a_late_handoff_needs_a_waiver(cast: Cast) -> None:
    from complaints.actions import handoff as acts
    from complaints.actions.approval import approve

    complaint = factories.in_progress(cast)
    handoff = factories.handed_off(cast, complaint)
    acts.accept_handoff(handoff, by=cast.officer)
    clock.advance(timedelta(days=3))
    acts.answer_handoff(handoff, by=cast.officer, words="Two years was said.")
    acts.settle_handoff(handoff, by=cast.agent, words="That answers it.")
    factories.ready_to_close(cast, fresh(complaint))
    assert refusals(fresh(complaint), cast) == {"handoff_late"}
    handoff.refresh_from_db()
    asked = ask_approval(fresh(complaint), by=cast.agent, kind="lateness", handoff=handoff, reason="Cameras were away.")
    approve(asked, by=cast.supervisor, outcome="Once.")
    assert gate.missing(fresh(complaint)) == []


def test_no_open_escalation(cast: Cast) -> None:
    complaint = all_but(cast)
    raise_escalation(complaint, by=cast.agent, trigger_key="by_hand:1", question="Who pays?")
    assert refusals(complaint, cast) == {"escalation_open"}


def test_no_open_approval(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    factories.asked_exception(cast, complaint)
    factories.ready_to_close(cast, fresh(complaint))
    assert refusals(fresh(complaint), cast) == {"approval_open"}


def test_no_open_difference(cast: Cast) -> None:
    complaint = all_but(cast)
    complaint.discrepancies.create(
        topic="When", customer_says="14.20", other_says="noon", by=cast.agent, at=clock.now()
    )
    assert refusals(complaint, cast) == {"difference_open"}


def test_no_open_promise(cast: Cast) -> None:
    complaint = all_but(cast)
    said = factories.said(promised="send the letter", promised_by=clock.now() + timedelta(days=30))
    log_contact(complaint, said, by=cast.agent)
    assert refusals(complaint, cast) == {"promise_open"}


def test_no_missed_promise_untold(cast: Cast) -> None:
    from followups.tasks import miss_promises

    complaint = all_but(cast)
    said = factories.said(promised="send the letter", promised_by=clock.now() + timedelta(hours=1))
    log_contact(complaint, said, by=cast.agent)
    clock.advance(timedelta(hours=2))
    miss_promises()
    assert refusals(complaint, cast) == {"promise_untold"}


def test_a_final_reply(cast: Cast) -> None:
    assert refusals(all_but(cast, "reply"), cast) == {"no_reply"}


def test_a_reply_that_reached_nobody_is_no_reply(cast: Cast) -> None:
    complaint = all_but(cast, "reply")
    factories.answered(cast, complaint, reached=False)
    assert refusals(complaint, cast) == {"no_reply"}


def test_a_reply_in_another_language_is_refused(cast: Cast) -> None:
    complaint = all_but(cast)
    cast.customer.language = "en"
    cast.customer.save()
    assert refusals(complaint, cast) == {"language"}


def test_a_correction_where_we_told_something_wrong(cast: Cast) -> None:
    wrong = {"was_told": "Two years", "correct_information": "One year"}
    complaint = all_but(cast, "reply", facts=wrong)
    with pytest.raises(MoveRefused, match="no_correction"):
        factories.answered(cast, complaint)
    factories.answered(cast, complaint, correction="Garansinya satu tahun, bukan dua.")
    assert gate.missing(fresh(complaint)) == []


def test_a_correction_asked_for_after_the_reply(cast: Cast) -> None:
    complaint = all_but(cast)
    Complaint.objects.filter(pk=complaint.pk).update(was_told="Two years", correct_information="One year")
    assert refusals(fresh(complaint), cast) == {"no_correction"}


def test_an_improvement_or_why_none(cast: Cast) -> None:
    from complaints.actions.cause import need_no_improvement

    complaint = all_but(cast, "improvement")
    assert refusals(complaint, cast) == {"no_improvement"}
    need_no_improvement(complaint, by=cast.agent, reason="The leaflet was withdrawn already.")
    assert gate.missing(fresh(complaint)) == []


def test_closing_waits_for_the_customer_or_the_window(cast: Cast) -> None:
    complaint = all_but(cast)
    with pytest.raises(MoveRefused, match="too_early"):
        close_complaint(complaint, by=cast.agent)
