"""The outbox: every letter by its state, and the switch that holds all of them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from complaints.actions import delivery
from complaints.actions.correspondence import note_bounce, undo_letter
from complaints.actions.moves import MoveRefused, NotYours
from complaints.actions.outbox import hold_mail, release_mail
from complaints.delivery.post import Result
from complaints.models import Event, MailHold, Message
from tests import factories
from tests.complaints.pages import said, send
from tests.factories import Cast

PAGE = "/outbox/"
HOLD, RELEASE = "/outbox/hold/", "/outbox/release/"
BANNER = "All mail is held: no letter leaves."


def letter(cast: Cast, result: Result = Result.SENT) -> Message:
    return factories.carried(factories.letter(cast, factories.in_progress(cast)), result, "Said so")


def shown(browser: Any, state: str = "") -> list[Message]:
    answer = browser.get(PAGE, {"state": state})
    assert answer.status_code == 200
    return [row.message for row in answer.context["rows"]]


def test_each_state_has_its_list_and_its_count(cast: Cast, as_user: Any) -> None:
    sent, failed, unknown = letter(cast), letter(cast, Result.FAILED), letter(cast, Result.UNKNOWN)
    back = note_bounce(letter(cast), by=cast.agent, reason="Mailbox full.")
    undone = undo_letter(factories.letter(cast, factories.in_progress(cast)), by=cast.agent)
    held = factories.letter(cast, factories.in_progress(cast))
    browser = as_user(cast.colleague)
    lists = {"": held, "failed": failed, "unknown": unknown, "bounced": back, "cancelled": undone, "sent": sent}
    for state, only in lists.items():
        assert shown(browser, state) == [only]
    assert shown(browser, "expired") == []
    counts = {name: n for name, _label, n in browser.get(PAGE).context["views"]}
    assert counts == dict.fromkeys(("waiting", "failed", "unknown", "bounced", "cancelled", "sent"), "1") | {
        "expired": "0"
    }
    assert shown(browser, "nonsense") == [held]


def test_newest_first_page_by_page(cast: Cast, as_user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("complaints.views.outbox.ON_A_PAGE", 2)
    complaint = factories.in_progress(cast)
    letters = [factories.letter(cast, complaint, f"Surat {n}") for n in range(5)]
    browser, seen = as_user(cast.agent), []
    before: int | str | None = ""
    while before is not None:
        context = browser.get(PAGE, {"before": before}).context
        seen += [row.message for row in context["rows"]]
        before = context["older"]
    assert seen == letters[::-1]


def test_letters_of_another_call_centre_and_of_ones_own_case_are_not_there(cast: Cast, as_user: Any) -> None:
    held = factories.letter(cast, factories.in_progress(cast))
    complaint = held.complaint
    assert complaint
    assert shown(as_user(cast.outsider)) == []
    assert shown(as_user(cast.manager)) == [held]
    complaint.person_complained_of = cast.colleague
    complaint.save(update_fields=["person_complained_of"])
    assert shown(as_user(cast.colleague)) == []


@pytest.mark.parametrize("who", ["officer", "administrator"])
def test_who_works_no_cases_has_no_outbox(cast: Cast, as_user: Any, who: str) -> None:
    browser = as_user(cast.everybody()[who])
    assert browser.get(PAGE).status_code == 403
    assert PAGE not in browser.get("/inbox/").content.decode()


def test_the_bar_leads_there(cast: Cast, as_user: Any) -> None:
    assert f'href="{PAGE}"' in as_user(cast.agent).get("/queue/").content.decode()


def test_addresses_are_masked(cast: Cast, as_user: Any) -> None:
    letter(cast)
    page = as_user(cast.agent).get(PAGE, {"state": "sent"}).content.decode()
    assert "sr•••@example.test" in page
    assert "sri@example.test" not in page


@override_settings(DEMO_HOME=False)  # no banner, which asks for the demo's clock
def test_its_queries_do_not_grow_with_its_rows(cast: Cast, as_user: Any) -> None:
    browser = as_user(cast.supervisor)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(PAGE)
        return len(captured)

    factories.letter(cast, factories.in_progress(cast))
    few = queries()
    for _each in range(6):
        factories.letter(cast, factories.in_progress(cast, customer=factories.make_customer(cast.agent)))
    assert queries() == few <= 12


# -- holding all of it ------------------------------------------------------------------
def test_while_mail_is_held_no_letter_leaves_and_the_site_remembers(cast: Cast, as_user: Any) -> None:
    held = factories.letter(cast, factories.in_progress(cast))
    browser = as_user(cast.supervisor)
    answer = send(browser, HOLD, reason="Restored this morning")
    assert (answer["Location"], said(browser, answer)) == (PAGE, "All mail is held: no letter leaves")
    assert factories.carried(held).state == "pending"
    assert delivery.claim() is None
    page = browser.get(PAGE).content.decode()
    assert "Restored this morning" in page
    assert RELEASE in page
    assert HOLD not in page

    assert send(browser, RELEASE)["Location"] == PAGE
    assert not MailHold.objects.exists()
    assert delivery.claim() == held
    kinds = Event.objects.filter(stream="site").order_by("seq").values_list("kind", "by")
    assert list(kinds)[-2:] == [("mail_held", cast.supervisor.pk), ("mail_released", cast.supervisor.pk)]


def test_the_switch_is_the_supervisors(cast: Cast, as_user: Any) -> None:
    for person in (cast.agent, cast.officer, cast.administrator):
        assert as_user(person).get(HOLD).status_code == 403
        assert as_user(person).post(HOLD, {"reason": "x"}).status_code == 403
        with pytest.raises(NotYours):
            hold_mail(by=person, reason="x")
        with pytest.raises(NotYours):
            release_mail(by=person)
    assert HOLD not in as_user(cast.agent).get(PAGE).content.decode()
    assert HOLD in as_user(cast.manager).get(PAGE).content.decode()


def test_it_is_held_once_and_released_once(cast: Cast, as_user: Any) -> None:
    browser = as_user(cast.manager)
    assert browser.get(RELEASE).status_code == 409
    with pytest.raises(MoveRefused):
        release_mail(by=cast.manager)
    hold_mail(by=cast.supervisor, reason="First")
    assert browser.get(HOLD).status_code == 409
    with pytest.raises(MoveRefused):
        hold_mail(by=cast.manager, reason="Second")
    assert MailHold.objects.get().reason == "First"


def test_holding_needs_a_reason(cast: Cast, as_user: Any) -> None:
    answer = send(as_user(cast.manager), HOLD, reason="")
    assert answer.status_code == 422
    assert "Write why no letter should leave" in answer.content.decode()


def test_every_page_of_a_supervisor_says_that_mail_is_held(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    supervisor, agent = as_user(cast.supervisor), as_user(cast.agent)
    pages = ("/queue/", reverse("escalation:board"), complaint.get_absolute_url())
    assert all(BANNER not in supervisor.get(page).content.decode() for page in pages)
    hold_mail(by=cast.manager, reason="Restored")
    assert all(BANNER in supervisor.get(page).content.decode() for page in pages)
    assert BANNER not in agent.get("/queue/").content.decode()


def test_a_letter_that_waits_says_that_all_mail_is_held(cast: Cast, as_user: Any) -> None:
    held = factories.letter(cast, factories.in_progress(cast))
    hold_mail(by=cast.manager, reason="Restored")
    words = "All mail is held: it waits until letters go out again."
    assert words in as_user(cast.agent).get(held.get_absolute_url()).content.decode()
