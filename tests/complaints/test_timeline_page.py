"""The timeline as the page tells it."""

from datetime import timedelta
from typing import Any

import pytest

from complaints import clock
from complaints.actions.by_customer import Said, add_by_customer
from complaints.actions.correspondence import note_bounce
from complaints.actions.handoff import accept_handoff, answer_handoff, return_handoff
from complaints.actions.intake import add_note
from complaints.actions.requests import RequestFacts, ask_for_information
from complaints.actions.tasks import finish_task
from complaints.actions.verification import start_verifying, take_account
from complaints.delivery.post import Result
from complaints.kinds import Kind
from complaints.models import Complaint, Task, User
from complaints.storytelling import tell
from complaints.timeline import history
from complaints.views import complaint as page
from complaints.views.complaint import for_page
from followups.actions.survey import Answer, answer_survey
from followups.tasks import look_at_surveys
from tests import factories
from tests.factories import Cast


def shown(browser: Any, complaint: Complaint, **query: Any) -> str:
    text: str = browser.get(complaint.get_absolute_url(), query).content.decode()
    return text


def test_newest_first_with_the_words_that_were_said(cast: Cast, as_user: Any) -> None:
    complaint = factories.received(cast)
    add_note(complaint, by=cast.colleague, words="Rang the shop.")
    text = shown(as_user(cast.agent), complaint)
    assert text.index("Rang the shop.") < text.index("Bu Sri got in touch, by phone")
    assert "Kata promotornya" in text


def test_a_department_s_words_stand_with_its_act(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    first = factories.handed_off(cast, complaint)
    return_handoff(first, by=cast.officer, why="missing", words="Which receipt?")
    second = factories.handed_off(cast, complaint)
    accept_handoff(second, by=cast.officer)
    answer_handoff(second, by=cast.officer, words="Yes, it was promised.")
    rows = {row.title: row.text for row in as_user(cast.agent).get(complaint.get_absolute_url()).context["timeline"]}
    assert rows["Handoff returned: Sales"] == "Which receipt?"
    assert rows["Handoff answered: Sales"] == "Yes, it was promised."
    assert rows["Handed off: Sales"] == "Was a 2-year warranty promised?"


def test_an_account_is_told_without_its_words(cast: Cast, as_user: Any) -> None:
    """Blind first telling: the timeline must not give away what the other party said."""
    complaint = factories.in_progress(cast)
    start_verifying(complaint, by=cast.agent)
    take_account(complaint, by=cast.agent, party="customer", words="14.20 Saya datang.")
    text = shown(as_user(cast.colleague), complaint)
    assert "Account taken: customer, version 1" in text
    assert "14.20 Saya datang." not in text


@pytest.mark.parametrize(
    ("show", "there", "not_there"),
    [
        ("customer", "got in touch", "Rang the shop."),
        ("internal", "Rang the shop.", "Handed off: Sales"),
        ("departments", "Handed off: Sales", "Rang the shop."),
        ("nonsense", "Handed off: Sales", "There is no such word"),
    ],
)
def test_it_can_be_read_side_by_side(cast: Cast, as_user: Any, show: str, there: str, not_there: str) -> None:
    complaint = factories.in_progress(cast)
    add_note(complaint, by=cast.agent, words="Rang the shop.")
    factories.handed_off(cast, complaint)
    text = shown(as_user(cast.agent), complaint, show=show)
    assert there in text
    assert not_there not in text


def test_counts_add_up(cast: Cast, as_user: Any) -> None:
    complaint = factories.ready_to_close(cast)
    counts = {name: n for name, _label, n in as_user(cast.agent).get(complaint.get_absolute_url()).context["shows"]}
    assert counts["all"] == complaint.events.count()
    assert counts["all"] == counts["customer"] + counts["departments"] + counts["internal"]


def test_older_rows_follow_page_by_page(cast: Cast, as_user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "EVENTS", 3)
    complaint = factories.in_progress(cast)
    for n in range(5):
        add_note(complaint, by=cast.agent, words=f"note {n}")
    browser, seen = as_user(cast.agent), []
    before: int | str | None = ""
    while before is not None:
        context = browser.get(complaint.get_absolute_url(), {"before": before}).context
        seen += [row.seq for row in context["timeline"]]
        before = context["older"]
    assert seen == list(range(complaint.events.count(), 0, -1))


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "1; DROP TABLE"])
def test_a_nonsense_page_is_the_newest(cast: Cast, as_user: Any, before: str) -> None:
    complaint = factories.received(cast)
    assert "Complaint registered" in shown(as_user(cast.agent), complaint, before=before)


def test_every_kind_of_a_whole_life_has_its_row(cast: Cast) -> None:
    complaint = factories.closed(cast)
    whole = for_page(Complaint.objects.all()).get(pk=complaint.pk)
    rows = tell(whole, history(complaint))
    assert len(rows) == complaint.events.count() > 25
    assert all(row.title and row.icon for row in rows)
    assert {Kind.COMPLAINT_CLOSED.label, "Verdict given: upheld"} <= {row.title for row in rows}


def rows_of(browser: Any, complaint: Complaint) -> dict[str, Any]:
    return {row.title: row for row in browser.get(complaint.get_absolute_url()).context["timeline"]}


def test_a_letter_has_its_row_and_a_row_for_what_became_of_it(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    letter = factories.letter(cast, complaint)
    browser = as_user(cast.agent)
    written = rows_of(browser, complaint)["We wrote to Bu Sri"]
    assert (written.quote, written.url) == ("Nota Ibu sudah kami periksa.", letter.get_absolute_url())
    factories.carried(letter, Result.FAILED, "The mail server answered 550 to RCPT")
    rows = rows_of(browser, complaint)
    failed = rows["Letter could not be sent: letter"]
    assert (failed.text, failed.url) == ("The mail server answered 550 to RCPT", letter.get_absolute_url())
    task = Task.objects.get()
    assert rows["Task: A letter did not arrive"].url == task.get_absolute_url()
    finish_task(task, by=cast.agent, words="Read it to her.")
    assert rows_of(browser, complaint)["Task done: A letter did not arrive"].text == "Read it to her."


def test_a_reason_is_told_only_as_long_as_it_holds(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    sent = factories.carried(factories.letter(cast, complaint))
    note_bounce(sent, by=cast.agent, reason="Mailbox full.")
    rows = rows_of(as_user(cast.agent), complaint)
    assert (rows["Letter sent: letter"].text, rows["Letter came back: letter"].text) == ("", "Mailbox full.")


def test_what_was_asked_for_and_came(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    facts = RequestFacts("nota", "Foto nota.", "", clock.now() + timedelta(days=3))
    asked = ask_for_information(complaint, facts, by=cast.agent)
    add_by_customer(complaint, Said("Ini notanya."), by=User.objects.customer())
    rows = rows_of(as_user(cast.agent), complaint)
    assert rows["Customer asked for something: nota"].url == asked.message.get_absolute_url()
    assert rows["Customer asked for something: nota"].act.startswith("Due ")
    came = rows["Customer sent something: nota"]
    assert came.who == "the customer, by a link"
    assert rows["Bu Sri got in touch, by web form"].who == "the customer, by a link"


def test_an_outside_party_is_named_as_such(cast: Cast, as_user: Any) -> None:
    cast.sales.is_outside, cast.sales.email = True, "garansi@mitra.example"
    cast.sales.save(update_fields=["is_outside", "email"])
    complaint = factories.in_progress(cast)
    accept_handoff(factories.handed_off(cast, complaint), by=User.objects.outside())
    assert rows_of(as_user(cast.agent), complaint)["Handoff accepted: Sales"].who == "an outside party, by a link"


def test_every_answer_to_the_survey_stands_as_it_was_given(cast: Cast, as_user: Any, move_clock: Any) -> None:
    complaint = factories.resolved(cast)
    move_clock(hours=30)
    look_at_surveys()
    survey, customer = complaint.surveys.get(), User.objects.customer()
    if survey.due_at and survey.state == "scheduled":  # not yet in the customer's day
        move_clock(seconds=(survey.due_at - clock.now()).total_seconds() + 1)
        look_at_surveys()
    answer_survey(survey, Answer("no"), by=customer)
    move_clock(minutes=5)
    answer_survey(survey, Answer("yes", handling=4, effort=6, had_to_repeat=True, comment="Bagus."), by=customer)
    rows = rows_of(as_user(cast.agent), complaint)
    first, last = rows["Survey answered: No"], rows["Survey answered: Yes"]
    assert (first.text, first.quote, first.who) == ("", "", "the customer, by a link")
    assert (last.text, last.quote) == ("handling 4 of 5, ease 6 of 7, had to tell it more than once", "Bagus.")
