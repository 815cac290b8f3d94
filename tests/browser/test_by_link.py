"""The customer's page as a customer meets it: a small telephone, Indonesian, no script, from the mailed link.

A real browser sends a real Origin and Referer with its POST; the test client never shows whether we refuse them.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import override_settings
from playwright.sync_api import BrowserContext, Page, expect

from complaints.models import Department, Evidence, Handoff, Message, Offer
from complaints.wording import when_long
from tests import factories
from tests.complaints.handoff_forms import PNG
from tests.complaints.links import delivered, links_in
from tests.factories import Cast

pytestmark = pytest.mark.browser

TELEPHONE = {"width": 360, "height": 740}
THUMB = 44  # pixels


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, live_server: Any) -> Iterator[None]:
    cache.clear()
    with override_settings(HOME=tmp_path, EMAIL_URL="", SITE_URL=live_server.url):
        yield


@pytest.fixture(params=["light", "dark"])
def telephone(windows: Callable[..., BrowserContext], request: pytest.FixtureRequest) -> Page:
    page = windows(width=TELEPHONE["width"], java_script_enabled=False, color_scheme=request.param).new_page()
    page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
    return page


def mailed(kind: str, place: str = "") -> str:
    """The link in the letter that leads to this place, or its first."""
    links = links_in(delivered(Message.objects.get(kind=kind)))
    return next(path for path in links if path.rstrip("/").endswith(place))


def fits(page: Page) -> bool:
    """Nothing scrolls sideways, and whatever is pressed is a thumb high."""
    wide = page.locator("body").bounding_box()
    assert wide
    pressed = page.locator("main button, main a.button, main .choice, header nav a").all()
    heights = [box["height"] for each in pressed if (box := each.bounding_box())]
    too_wide = page.locator("main *").evaluate_all(
        "all => all.filter(each => each.getBoundingClientRect().right > 361).length"
    )
    return wide["width"] <= TELEPHONE["width"] and not too_wide and bool(heights) and min(heights) >= THUMB


def send(page: Page) -> None:
    page.locator("main form button[name=send]").click()


def test_the_offer_of_the_mail_is_accepted_and_something_is_added(cast: Cast, telephone: Page, tmp_path: Path) -> None:
    offer = factories.offered(cast, factories.in_progress(cast), needed="Nomor rekening Anda")
    page = telephone
    page.goto(mailed("offer", "offer"))
    expect(page.locator("html")).to_have_attribute("lang", "id")
    expect(page.locator("main")).to_contain_text("Rp450.000")
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    assert fits(page)
    send(page)
    expect(page.get_by_role("alert")).to_be_visible()
    assert Offer.objects.get().state == "live", "without a choice nothing is recorded"

    page.locator("label.choice", has=page.locator("input[value=accept]")).click()
    send(page)
    expect(page).to_have_url(re.compile(r"/s/[\w-]+/\?done=accepted$"))
    assert Offer.objects.get().state == "accepted"
    by = when_long(offer.deliver_by, language="id", zone=cast.customer.zone)
    expect(page.locator(".alert.good")).to_contain_text(by)
    expect(page.locator("ol.journey li")).to_have_count(4)
    assert fits(page)

    page.locator("main a[href*='/addition/']").click()
    page.locator("textarea[name=words]").fill("Nomor rekening saya ada di foto.")
    photo = tmp_path / "rekening.png"
    photo.write_bytes(PNG)
    page.locator("input[type=file]").set_input_files([photo])
    assert fits(page)
    send(page)
    expect(page).to_have_url(re.compile(r"\?done=added$"))
    expect(page.locator(".alert.good")).to_be_visible()
    assert offer.complaint.contacts.filter(words="Nomor rekening saya ada di foto.").count() == 1
    assert Evidence.objects.get(complaint=offer.complaint).name == "rekening.png"


def test_the_language_changes_by_a_link_and_stays(cast: Cast, telephone: Page) -> None:
    factories.offered(cast, factories.in_progress(cast))
    page = telephone
    page.goto(mailed("offer", "offer"))
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Our offer")
    page.get_by_label("Refuse").check()
    page.get_by_label("What would be better for you?").fill("Unit baru.")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator(".alert.good")).to_contain_text("You have refused our offer. Andi will call you by")
    assert page.context.cookies() == []


def test_an_outside_party_answers_from_its_mail(cast: Cast, telephone: Page) -> None:
    workshop = Department.objects.create(name="Bengkel Jaya", is_outside=True, email="bengkel@example.test")
    factories.handed_off(cast, factories.in_progress(cast), department=workshop)
    page = telephone
    page.goto(mailed("handoff_outside"))
    assert fits(page)
    expect(page.locator("textarea[name=words]")).to_be_hidden()
    page.locator("label.choice", has=page.locator("input[value=answer]")).click()
    page.locator("textarea[name=words]").fill("14.20 Kompresor diganti.")
    assert fits(page)
    send(page)
    expect(page.locator(".alert.good")).to_be_visible()
    expect(page.locator("main")).to_contain_text("14.20 Kompresor diganti.")
    assert Handoff.objects.get().state == "answered"
