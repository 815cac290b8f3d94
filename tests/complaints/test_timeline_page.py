"""The timeline as the page tells it."""

from typing import Any

import pytest

from complaints.actions.handoff import accept_handoff, answer_handoff, return_handoff
from complaints.actions.intake import add_note
from complaints.actions.verification import start_verifying, take_account
from complaints.kinds import Kind
from complaints.models import Complaint
from complaints.storytelling import tell
from complaints.timeline import history
from complaints.views import complaint as page
from complaints.views.complaint import for_page
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
