"""Taken up, asked back, decided with an outcome, carried out; by somebody who neither raised nor owns it."""

import uuid
from typing import Any

import pytest

from complaints.actions.approval import approve
from complaints.actions.details import change_owner
from complaints.actions.moves import MoveRefused, NotYours
from complaints.models import Complaint
from escalation.actions.escalation import answer_back, ask_back, carry_out, decide, raise_escalation, take_up
from escalation.models import Escalation
from tests import factories
from tests.factories import Cast


def sent(**typed: Any) -> dict[str, Any]:
    return {"submit_key": str(uuid.uuid4()), **typed}


def raised(cast: Cast, by: Any = None) -> Escalation:
    complaint = factories.in_progress(cast)
    return raise_escalation(complaint, by=by or cast.agent, trigger_key="by_hand:1", question="Who pays for the floor?")


def url(escalation: Escalation, page: str = "") -> str:
    return f"/escalations/{escalation.pk}/{page}"


# -- the act ------------------------------------------------------------------------
def test_decided_with_an_outcome_and_done_only_when_carried_out(cast: Cast) -> None:
    escalation = take_up(raised(cast), by=cast.supervisor)
    decided = decide(escalation, by=cast.supervisor, decision="approve", outcome="We pay; the installer is told.")
    assert (decided.state, decided.decided_by) == ("decided", cast.supervisor)
    assert Escalation.objects.open().count() == 1
    with pytest.raises(NotYours):
        carry_out(decided, by=cast.colleague, words="Told.")
    assert carry_out(decided, by=cast.agent, words="Told and paid.").state == "done"
    assert not Escalation.objects.open().exists()


def test_neither_the_owner_nor_who_raised_it_decides(cast: Cast) -> None:
    by_supervisor = raised(cast, by=cast.supervisor)
    with pytest.raises(NotYours):
        decide(by_supervisor, by=cast.supervisor, decision="approve", outcome="Yes.")
    change_owner(by_supervisor.complaint, to=cast.second_supervisor, by=cast.supervisor, reason="Hers now.")
    for person in (cast.second_supervisor, cast.agent, cast.outsider):
        with pytest.raises(NotYours):
            decide(by_supervisor, by=person, decision="approve", outcome="Yes.")
    assert decide(by_supervisor, by=cast.manager, decision="approve", outcome="Yes.").state == "decided"


def test_a_decision_needs_an_outcome_and_is_made_once(cast: Cast) -> None:
    escalation = raised(cast)
    with pytest.raises(MoveRefused):
        decide(escalation, by=cast.supervisor, decision="approve", outcome=" ")
    decide(escalation, by=cast.supervisor, decision="otherwise", outcome="Half of it.")
    with pytest.raises(MoveRefused):
        decide(escalation, by=cast.manager, decision="approve", outcome="All of it.")


def test_taking_over_makes_the_supervisor_the_owner_who_may_then_approve_nothing(cast: Cast) -> None:
    escalation = raised(cast)
    asked = factories.asked_exception(cast, escalation.complaint)
    decide(escalation, by=cast.supervisor, decision="take_over", outcome="I call her myself.")
    complaint = Complaint.objects.get(pk=escalation.complaint_id)
    assert complaint.owner == cast.supervisor
    assert complaint.notes.filter(words="I call her myself.").exists()
    assert set(complaint.promises.values_list("owner", flat=True)) == {cast.supervisor.pk}
    with pytest.raises(NotYours):
        approve(asked, by=cast.supervisor, outcome="Yes.")
    other = raise_escalation(complaint, by=cast.agent, trigger_key="by_hand:2", question="And now?")
    with pytest.raises(NotYours):
        decide(other, by=cast.supervisor, decision="approve", outcome="Yes.")
    assert carry_out(escalation, by=cast.supervisor, words="Called.").state == "done"


def test_asking_back_takes_it_up_and_only_the_owner_answers(cast: Cast) -> None:
    escalation = ask_back(raised(cast), by=cast.supervisor, words="Is there a photo?")
    assert (escalation.state, escalation.acknowledged_by) == ("acknowledged", cast.supervisor)
    with pytest.raises(NotYours):
        answer_back(escalation, by=cast.colleague, words="Yes.")
    answer_back(escalation, by=cast.agent, words="Two.")
    assert [entry.words for entry in escalation.entries.all()] == ["Is there a photo?", "Two."]
    decide(escalation, by=cast.supervisor, decision="approve", outcome="We pay.")
    with pytest.raises(MoveRefused):
        answer_back(escalation, by=cast.agent, words="Three.")


# -- the pages -----------------------------------------------------------------------
def test_the_page_offers_what_each_person_may_do(cast: Cast, as_user: Any) -> None:
    escalation = raised(cast)
    to_the_supervisor = as_user(cast.supervisor).get(url(escalation)).content.decode()
    for words in ("Who pays for the floor?", "Approve", "Decide otherwise", "Take over", "I have it"):
        assert words in to_the_supervisor
    to_the_owner = as_user(cast.agent).get(url(escalation)).content.decode()
    assert "Decide otherwise" not in to_the_owner
    assert "A supervisor decides who neither raised it nor owns the complaint" in to_the_owner
    assert as_user(cast.outsider).get(url(escalation)).status_code == 404
    assert as_user(cast.officer).get(url(escalation)).status_code == 404


def test_taking_it_up_from_the_page(cast: Cast, as_user: Any) -> None:
    escalation, client, form = raised(cast), as_user(cast.supervisor), sent()
    page = url(escalation, "acknowledgement/")
    assert as_user(cast.agent).post(page, sent()).status_code == 403
    assert client.post(page, form).status_code == client.post(page, form).status_code == 302
    assert client.post(page, sent()).status_code == 409
    escalation.refresh_from_db()
    assert (escalation.state, escalation.acknowledged_by) == ("acknowledged", cast.supervisor)


def test_deciding_from_the_page(cast: Cast, as_user: Any) -> None:
    escalation, client = raised(cast), as_user(cast.supervisor)
    page = url(escalation, "decision/")
    shown = client.get(f"{page}?choice=take_over")
    assert shown.context["form"]["decision"].value() == "take_over"
    assert client.get(f"{page}?choice=rubbish").status_code == 200
    kept = client.post(page, sent(outcome="We pay."))
    assert (kept.status_code, list(kept.context["form"].errors)) == (422, ["decision"])
    assert "We pay." in kept.content.decode()
    form = sent(decision="approve", outcome="We pay.")
    assert client.post(page, form).status_code == client.post(page, form).status_code == 302
    assert client.post(page, {**form, "outcome": "We pay half."}).status_code == 409
    escalation.refresh_from_db()
    assert (escalation.state, escalation.outcome) == ("decided", "We pay.")
    assert client.get(page).status_code == 409


@pytest.mark.parametrize("page", ["decision/", "question/"])
def test_who_may_not_decide_reads_who_does(cast: Cast, as_user: Any, page: str) -> None:
    escalation = raised(cast)
    for person in (cast.agent, cast.colleague):
        refused = as_user(person).get(url(escalation, page))
        assert refused.status_code == 403
        assert "a supervisor" in refused.content.decode()
    assert as_user(cast.outsider).get(url(escalation, page)).status_code == 404


def test_question_answer_and_completion(cast: Cast, as_user: Any) -> None:
    escalation = raised(cast)
    boss, owner = as_user(cast.supervisor), as_user(cast.agent)
    assert boss.post(url(escalation, "question/"), sent(words="")).status_code == 422
    assert boss.post(url(escalation, "question/"), sent(words="Is there a photo?")).status_code == 302
    assert "Is there a photo?" in owner.get(url(escalation, "answer/")).content.decode()
    assert as_user(cast.colleague).get(url(escalation, "answer/")).status_code == 403
    form = sent(words="Two.")
    assert owner.post(url(escalation, "answer/"), form).status_code == 302
    assert owner.post(url(escalation, "answer/"), form).status_code == 302
    assert escalation.entries.count() == 2
    assert owner.get(url(escalation, "completion/")).status_code == 409
    decide(escalation, by=cast.supervisor, decision="approve", outcome="We pay.")
    assert owner.post(url(escalation, "answer/"), sent(words="Three.")).status_code == 409
    assert as_user(cast.colleague).get(url(escalation, "completion/")).status_code == 403
    done = sent(words="Paid, TRF-1.")
    assert owner.post(url(escalation, "completion/"), done).status_code == 302
    assert owner.post(url(escalation, "completion/"), done).status_code == 302
    escalation.refresh_from_db()
    assert (escalation.state, escalation.done_words) == ("done", "Paid, TRF-1.")
