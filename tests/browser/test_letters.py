"""A letter in a real browser: seen first, counted down, taken back; and the key that must not mail anything."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from complaints.models import Complaint, Message
from tests import factories
from tests.browser.person import Person
from tests.complaints.handoff_forms import later
from tests.factories import Cast

pytestmark = pytest.mark.browser

AtDesk = Callable[..., Person]


def test_r_writes_a_letter_that_is_seen_first_and_taken_back(cast: Cast, at_desk: AtDesk) -> None:
    complaint = factories.in_progress(cast)
    agent = at_desk(cast.agent)
    agent.opens(complaint.get_absolute_url())
    agent.page.keyboard.press("r")
    agent.sees("Write to the customer")
    agent.fills({"The letter": "Nota Ibu sudah kami periksa."})
    agent.presses("Preview")
    expect(agent.page.get_by_role("heading", name="This is how it would go out")).to_be_focused()
    agent.reads("Yth. Bu Sri Wahyuni,")
    assert not Message.objects.exists()
    agent.goes_on("Send")
    line = agent.page.locator(".next .say")
    expect(line).to_have_text("Sends in 12 s")
    agent.page.keyboard.press("u")
    agent.is_told("Undone. Nothing was sent")
    agent.goes_on("Put it right and send it")
    expect(agent.page.get_by_label("The letter")).to_have_value("Nota Ibu sudah kami periksa.")


def test_the_seconds_end_in_words(cast: Cast, at_desk: AtDesk) -> None:
    letter = factories.letter(cast, factories.in_progress(cast))
    agent = at_desk(cast.agent)
    agent.page.clock.install()
    agent.opens(letter.get_absolute_url())
    agent.reads("Sends in")
    agent.page.clock.run_for(20_000)
    agent.reads("It goes out about now")


def test_a_letter_is_taken_back_without_a_script(cast: Cast, at_desk: AtDesk) -> None:
    letter = factories.letter(cast, factories.in_progress(cast))
    agent = at_desk(cast.agent, java_script_enabled=False, width=360)
    agent.opens(letter.get_absolute_url())
    agent.presses("Undo")
    agent.is_told("Undone. Nothing was sent")
    assert Message.objects.get().state == "cancelled"


def test_enter_while_reading_back_mails_nothing_in_place_of_the_yes(cast: Cast, at_desk: AtDesk) -> None:
    complaint = factories.received(cast)
    agent = at_desk(cast.agent)
    agent.opens(f"/calls/{complaint.reference}/read-back/")
    agent.fills({"by when": later(days=1), "will do what": "menelepon dengan jawaban Penjualan"})
    agent.page.get_by_label("will do what").press("Enter")
    agent.is_told("The customer agreed")
    assert Complaint.objects.get().read_back_agreed_at
