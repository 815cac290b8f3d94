"""The survey as a customer meets it: a small telephone, Indonesian, no script, from the mail to the call that is owed.

A real browser sends a real Origin and Referer with its POST; the test client never shows whether we refuse them.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import BrowserContext, Page, expect

from complaints import clock
from complaints.delivery import outbox
from complaints.delivery.files import read
from complaints.models import Complaint, Message, User
from complaints.tasks import deliver_messages, note_messages
from complaints.wording import when_long
from followups.models import FollowUp, Survey
from followups.tasks import look_at_surveys
from tests import factories
from tests.browser.person import Person
from tests.factories import Cast

pytestmark = pytest.mark.browser

Windows = Callable[..., BrowserContext]
TELEPHONE = {"width": 360, "height": 740}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, live_server: Any) -> Iterator[None]:
    with override_settings(HOME=tmp_path, EMAIL_URL="", SITE_URL=live_server.url):
        yield


def mailed(cast: Cast) -> str:
    """Resolved, nothing else promised, asked by letter: the text of that letter."""
    complaint = factories.resolved(cast)
    factories.keep_promises(cast, complaint)
    survey = Survey.objects.get()
    assert survey.due_at
    clock.advance(survey.due_at - clock.now() + timedelta(seconds=1))
    for sweep in (look_at_surveys, deliver_messages, note_messages):
        sweep()
    [letter] = read(outbox(), str(Message.objects.get(kind="survey").uid))
    return letter.text


def link_in(letter: str, label: str) -> str:
    found = re.search(rf"^{label}: (\S+)$", letter, re.MULTILINE)
    assert found, letter
    return found[1]


@pytest.fixture
def telephone(windows: Windows) -> Page:
    page = windows(width=TELEPHONE["width"], java_script_enabled=False).new_page()
    page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
    return page


def fits_a_thumb(page: Page) -> bool:
    """No sideways scrolling, and whatever is pressed is a thumb wide and high."""
    body = page.locator("body").bounding_box()
    pressed = page.locator("main button, main .choice, main .scale label").all()
    boxes = [box for each in pressed if (box := each.bounding_box())]
    assert body
    assert boxes
    fits = body["width"] <= TELEPHONE["width"]
    return fits and all(box["height"] >= 44 and box["width"] >= 40 for box in boxes)


def test_a_no_from_the_mail_to_the_owners_queue(cast: Cast, telephone: Page, at_desk: Callable[[User], Person]) -> None:
    page = telephone
    page.goto(link_in(mailed(cast), "Belum"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Apakah keluhan Anda sudah selesai?")
    expect(page.get_by_label("Belum")).to_be_checked()
    assert fits_a_thumb(page)
    assert not Survey.objects.filter(state="answered").exists(), "opening it records nothing"

    page.get_by_role("button", name="Kirim jawaban saya").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Terima kasih. Jawaban Anda sudah tersimpan.")
    call, zone = FollowUp.objects.get(kind="call_back"), cast.customer.zone
    by = when_long(call.due_at, language="id", zone=zone)
    expect(page.locator("main")).to_contain_text(f"Kami mohon maaf. Andi akan menelepon Anda paling lambat {by}.")
    assert fits_a_thumb(page)

    page.get_by_role("group", name="Bagaimana kami menanganinya?").get_by_label("2", exact=True).check()
    page.get_by_label("Ada lagi yang ingin Anda sampaikan?").fill("Pintunya masih bocor.")
    page.get_by_role("button", name="Kirim jawaban saya").click()
    expect(page.locator("textarea")).to_have_value("Pintunya masih bocor.")
    survey = Survey.objects.get()
    assert (survey.solved, survey.handling, survey.comment) == ("no", 2, "Pintunya masih bocor.")

    owner = at_desk(cast.agent)
    owner.opens("/queue/")
    row = owner.page.locator("main").get_by_text("the survey says it is not solved")
    expect(row.first).to_be_visible()
    owner.opens(f"/follow-ups/{call.pk}/")
    owner.reads("Pintunya masih bocor.")


def test_it_opens_it_again_with_a_second_press(cast: Cast, telephone: Page) -> None:
    page = telephone
    page.goto(link_in(mailed(cast), "Sebagian"))
    page.get_by_role("button", name="Kirim jawaban saya").click()
    page.get_by_role("button", name="Buka kembali").click()
    page.wait_for_url("**/s/**")
    expect(page.locator("main")).to_contain_text(Complaint.objects.get().reference)
    assert (Complaint.objects.get().status, Complaint.objects.get().cycle) == ("in_progress", 2)


def test_a_form_without_a_choice_says_what_is_missing(cast: Cast, telephone: Page) -> None:
    page = telephone
    page.goto(link_in(mailed(cast), "Ya").partition("?")[0])
    page.get_by_role("button", name="Kirim jawaban saya").click()
    expect(page.get_by_role("alert")).to_contain_text("Pilih jawaban")
    assert Survey.objects.get().state == "sent"
