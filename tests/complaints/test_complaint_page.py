"""The whole case on one page: what comes next, where it stands, what is open to whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import resolve

from complaints import clock
from complaints.actions.closure import merge_complaint
from complaints.actions.contact import log_contact
from complaints.actions.handoff import accept_handoff, answer_handoff, write_in_handoff
from complaints.actions.intake import add_note, add_to_narrative, bring_in_history
from complaints.delivery.post import Result
from complaints.models import Complaint
from escalation.actions.escalation import raise_escalation
from followups.tasks import miss_promises
from tests import factories
from tests.factories import Cast


def page(browser: Any, complaint: Complaint, **query: Any) -> str:
    answer = browser.get(complaint.get_absolute_url(), query)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def test_it_says_what_comes_next_with_one_button(cast: Cast, as_user: Any) -> None:
    complaint = factories.received(cast)
    shown = page(as_user(cast.agent), complaint)
    assert "Read it back to Bu Sri" in shown
    assert shown.count("button primary") == 1


def test_a_missed_promise_is_the_loudest(cast: Cast, as_user: Any, move_clock: Any) -> None:
    complaint = factories.in_progress(cast)
    move_clock(days=3)
    miss_promises()
    shown = page(as_user(cast.agent), complaint)
    assert "was missed" in shown
    assert "The customer has not been told" in shown
    assert f"/promises/{complaint.promises.get().pk}/telling/" in shown


def test_what_was_said_stands_in_its_own_language(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    add_to_narrative(complaint, by=cast.agent, words="Promotornya memakai kaus biru.")
    shown = page(as_user(cast.agent), complaint)
    assert 'lang="id"' in shown
    assert "Promotornya memakai kaus biru." in shown
    assert "Dijanjikan garansi dua tahun" in shown


def test_words_of_people_are_escaped(cast: Cast, as_user: Any) -> None:
    complaint = factories.received(cast, narrative="<script>alert(1)</script>", topic="<b>bold</b>")
    add_note(complaint, by=cast.agent, words="<img src=x>")
    shown = page(as_user(cast.agent), complaint)
    assert "<script>alert" not in shown
    assert "<b>bold" not in shown
    assert "<img src=x" not in shown


def test_both_tracks_and_what_is_missing_to_close(cast: Cast, as_user: Any) -> None:
    complaint = factories.resolved(cast)
    shown = page(as_user(cast.agent), complaint)
    assert "Put it right" in shown
    assert "Find out why" in shown
    assert "things are missing" in shown
    assert "4 of 5" in shown


def test_due_moments_stand_side_by_side(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    factories.handed_off(cast, complaint)
    factories.offered(cast, complaint)
    raise_escalation(complaint, by=cast.agent, trigger_key="by_hand:1", question="May I?")
    labels = [each.label for each in as_user(cast.agent).get(complaint.get_absolute_url()).context["clocks"]]
    assert labels[0] == "First answer"
    assert {"Answer of Sales", "Answer to the offer", "Supervisor’s decision"} <= set(labels)


def test_strangers_do_not_find_it(cast: Cast, as_user: Any) -> None:
    complaint = factories.received(cast)
    for who in (cast.outsider, cast.officer, cast.administrator):
        assert as_user(who).get(complaint.get_absolute_url()).status_code == 404
    Complaint.objects.filter(pk=complaint.pk).update(person_complained_of=cast.colleague)
    assert as_user(cast.colleague).get(complaint.get_absolute_url()).status_code == 404
    assert as_user(cast.agent).get("/complaints/C99-000000/").status_code == 404


def doors(browser: Any, complaint: Complaint) -> set[str]:
    context = browser.get(complaint.get_absolute_url()).context
    return {door.label for door in [*context["first_doors"], *context["other_doors"]]}


def test_only_what_is_open_to_this_person_is_offered(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    owners, colleagues = doors(as_user(cast.agent), complaint), doors(as_user(cast.colleague), complaint)
    assert {"Hand off", "Change the details", "Change the owner"} <= owners
    assert {"Log a contact", "Note", "Escalate"} <= colleagues
    assert not {"Hand off", "Change the details", "Change the owner", "Merge a duplicate"} & colleagues
    assert owners <= doors(as_user(cast.supervisor), complaint)


@pytest.mark.parametrize("state", ["received", "in_progress", "resolved", "closed"])
def test_every_door_leads_to_a_page_that_exists(cast: Cast, as_user: Any, state: str) -> None:
    complaint = getattr(factories, state)(cast)
    context = as_user(cast.supervisor).get(complaint.get_absolute_url()).context
    for door in [*context["first_doors"], *context["other_doors"]]:
        assert resolve(door.url)


def test_a_merged_complaint_leads_to_the_other(cast: Cast, as_user: Any) -> None:
    target, duplicate = factories.in_progress(cast), factories.received(cast)
    merge_complaint(duplicate, into=target, by=cast.agent)
    shown = page(as_user(cast.agent), duplicate)
    assert "was merged" in shown
    assert target.get_absolute_url() in shown
    assert "Hand off" not in doors(as_user(cast.agent), duplicate)


def test_a_closed_one_says_how_it_ended_and_may_be_reopened(cast: Cast, as_user: Any) -> None:
    complaint = factories.closed(cast)
    assert "accepted by the customer" in page(as_user(cast.agent), complaint)
    assert "Reopen" in doors(as_user(cast.agent), complaint)


def test_a_historical_one_is_shown_as_such(cast: Cast, as_user: Any) -> None:
    complaint = bring_in_history(
        cast.customer,
        factories.complaint_facts(channel="import", narrative=""),
        by=cast.system,
        home_department=cast.care,
        owner=cast.agent,
        closed_at=clock.now() - timedelta(days=300),
    )
    shown = page(as_user(cast.agent), complaint)
    assert "Finished elsewhere" in shown
    assert "Reopen" not in doors(as_user(cast.agent), complaint)


def test_its_last_letters_stand_there_with_their_state(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    assert "None yet." in page(as_user(cast.agent), complaint)
    letters = [factories.letter(cast, complaint, f"Surat {n}") for n in range(7)]
    factories.handed_off(cast, complaint)
    answer = as_user(cast.agent).get(complaint.get_absolute_url())
    assert answer.context["letters"] == letters[:1:-1], "five, newest first, and no notice to a colleague"
    shown = answer.content.decode()
    assert "can still be undone" in shown
    assert f"/complaints/{complaint.reference}/letters/" in shown


def test_writing_to_the_customer_is_one_key_away(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    shown = page(as_user(cast.colleague), complaint)
    assert f'href="/complaints/{complaint.reference}/letters/new/" data-key="r"' in shown


def grown(cast: Cast, complaint: Complaint, rows: int) -> None:
    """More of everything a page shows."""
    for n in range(rows):
        log_contact(complaint, factories.said(), by=cast.agent)
        add_note(complaint, by=cast.agent, words="note")
        factories.with_evidence(cast, complaint)
        handoff = factories.handed_off(cast, complaint)
        accept_handoff(handoff, by=cast.officer)
        write_in_handoff(handoff, by=cast.officer, words="INV?")
        answer_handoff(handoff, by=cast.officer, words="Yes.")
        raise_escalation(complaint, by=cast.colleague, trigger_key=f"by_hand:{rows}.{n}", question="?")
        factories.carried(factories.letter(cast, complaint, "Surat"), Result.FAILED, "550")


@override_settings(DEMO_HOME=False)  # no banner, which asks for the demo's clock
def test_its_queries_do_not_grow_with_what_happened(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    factories.ready_to_close(cast, complaint)
    complaint = Complaint.objects.get(pk=complaint.pk)
    Complaint.objects.filter(pk=complaint.pk).update(status="in_progress")
    browser = as_user(cast.supervisor)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(complaint.get_absolute_url())
        return len(captured)

    grown(cast, complaint, 1)
    few = queries()
    grown(cast, complaint, 4)
    assert queries() == few
    assert few <= 25
