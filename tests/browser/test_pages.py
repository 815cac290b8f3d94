"""What only a browser can tell: keys, focus, double clicks, a page without a script, a narrow screen."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from complaints.actions.desk import set_preferences
from complaints.models import Complaint, Note
from tests import factories
from tests.browser.person import Person
from tests.complaints.handoff_forms import later
from tests.factories import Cast
from tests.scenes import Scene, play
from tests.test_permissions import addresses

pytestmark = pytest.mark.browser

AtDesk = Callable[..., Person]
PHONE = 360  # the narrowest screen of practices.md


def call(cast: Cast) -> str:
    return reverse("complaints:call-new") + f"?customer={cast.customer.pk}"


def test_a_call_is_logged_and_read_back_without_a_script(cast: Cast, at_desk: AtDesk) -> None:
    agent = at_desk(cast.agent, java_script_enabled=False)
    agent.opens("/")
    agent.follows("Log a call")
    agent.fills({"Caller": "0812 3344 5678"})
    agent.goes_on("Find")
    agent.fills({"What happened, in the customer’s words": "Kulkasnya tidak dingin."})
    agent.chooses("repair")
    agent.goes_on("Save and read back")
    agent.fills({"will do what": "call with a visit", "by when": later(days=1)})
    agent.goes_on("Customer agrees: finish the call")
    agent.is_told("The customer agreed")
    assert Complaint.objects.get().status == "in_progress"


def test_n_opens_the_call_and_ctrl_enter_sends_it(cast: Cast, at_desk: AtDesk) -> None:
    agent = at_desk(cast.agent)
    agent.opens("/queue/")
    agent.page.keyboard.press("n")
    expect(agent.page).to_have_url(re.compile("/calls/new/$"))
    expect(agent.page.get_by_label("Caller")).to_be_focused()
    agent.page.keyboard.type("0812 3344 5678")
    agent.page.keyboard.press("Enter")
    expect(agent.page.get_by_label("What happened, in the customer’s words")).to_be_focused()
    agent.page.keyboard.type("Ini n, bukan telepon baru.")
    agent.chooses("repair")
    agent.page.keyboard.press("Control+Enter")
    agent.is_told("Registered as C")
    assert Complaint.objects.get().narrative == "Ini n, bukan telepon baru."


def test_what_is_wrong_gets_the_focus_and_leads_to_its_field(cast: Cast, at_desk: AtDesk) -> None:
    agent = at_desk(cast.agent)
    agent.opens(call(cast))
    agent.fills({"What happened, in the customer’s words": "Kulkasnya tidak dingin."})
    agent.goes_on("Save and read back")
    summary = agent.page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(agent.page).to_have_title(re.compile("^Error:"))
    expect(agent.page.get_by_label("What happened, in the customer’s words")).to_have_value("Kulkasnya tidak dingin.")
    summary.get_by_role("link").first.click()
    expect(agent.page.locator("input[name=wants]").first).to_be_focused()


def test_two_changes_at_once_are_chosen_from(cast: Cast, at_desk: AtDesk) -> None:
    complaint = factories.in_progress(cast)
    agent, supervisor = at_desk(cast.agent), at_desk(cast.supervisor)
    for person in (agent, supervisor):
        person.opens(f"{complaint.get_absolute_url()}details/")
    for person, topic in ((supervisor, "The supervisor's words"), (agent, "The agent's words")):
        person.fills({"In a few words": topic})
        person.goes_on("Save")
    expect(agent.page.get_by_role("heading", name="Dewi changed this while you were writing")).to_be_focused()
    assert Complaint.objects.get().topic == "The supervisor's words"
    agent.chooses("Keep mine: The agent's words")
    agent.goes_on("Save with these choices")
    agent.is_told("Saved")
    assert Complaint.objects.get().topic == "The agent's words"


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_a_double_click_is_one_note(cast: Cast, at_desk: AtDesk, script: bool) -> None:
    complaint = factories.in_progress(cast)
    agent = at_desk(cast.agent, java_script_enabled=script)
    agent.opens(f"{complaint.get_absolute_url()}notes/new/")
    agent.fills({"Note": "She sounds tired."})
    agent.page.get_by_role("button", name="Add the note").dblclick()
    expect(agent.page.locator("#toasts")).to_contain_text(re.compile("Noted|Nothing was doubled"))
    assert Note.objects.filter(complaint=complaint, words="She sounds tired.").count() == 1


def scrolls_sideways(person: Person) -> bool:
    return bool(person.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_scrolls_sideways_on_a_phone(cast: Cast, at_desk: AtDesk, theme: str) -> None:
    scene = play(cast, cast.care, cast.agent)
    home = scene.complaint.get_absolute_url()
    wide = []
    for user, pages in {
        cast.agent: ["/queue/", home, call(cast), f"{home}closure/"],
        cast.officer: ["/inbox/"],
        cast.supervisor: ["/board/"],
    }.items():
        set_preferences(by=user, theme=theme)
        person = at_desk(user, width=PHONE)
        for page in pages:
            person.opens(page)
            expect(person.page.locator("html")).to_have_attribute("data-theme", theme)
            if scrolls_sideways(person):
                wide.append(page)
    assert wide == []


@pytest.mark.matrix
@pytest.mark.parametrize(("theme", "width"), [("light", PHONE), ("dark", PHONE), ("dark", 1280)])
def test_every_address_fits_and_has_one_main_button(cast: Cast, at_desk: AtDesk, theme: str, width: int) -> None:
    """Also, by `windows`: no script complains and no policy is violated on any of them."""
    scene = play(cast, cast.care, cast.agent)
    wrong = []
    for user in (cast.agent, cast.supervisor, cast.officer):
        set_preferences(by=user, theme=theme)
        person = at_desk(user, width=width)
        for url in pages_of(scene):
            person.opens(url)
            if scrolls_sideways(person):
                wrong.append(f"{url} is too wide for {user}")
            if person.page.locator("main .primary").count() > 1:
                wrong.append(f"{url} has more than one main button for {user}")
    assert wrong == []


def pages_of(scene: Scene) -> list[str]:
    """Every address but the download and the components, of which each has its own main button."""
    no_page = ("complaints:evidence", "complaints:components")
    return [reverse(name, kwargs=scene.arguments(name, takes)) for name, takes in addresses() if name not in no_page]
