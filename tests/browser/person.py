"""Somebody who reads and types. Every verb waits for what it needs; none sleeps."""

from playwright.sync_api import Page, expect

PATIENCE = 15_000
"""Milliseconds, on a busy machine."""

expect.set_options(timeout=PATIENCE)


class Person:
    def __init__(self, page: Page) -> None:
        self.page = page

    def opens(self, address: str) -> None:
        self.page.goto(address)

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def goes_on(self, name: str) -> None:
        """The page's one main button, in the ink band or under the form, which has to be called this."""
        button = self.page.locator("main .primary")
        expect(button).to_contain_text(name)
        button.click()

    def fills(self, words: dict[str, str]) -> None:
        for label, value in words.items():
            self.page.locator("main").get_by_label(label).fill(value)

    def chooses(self, *labels: str) -> None:
        """Radio buttons and tick boxes."""
        for label in labels:
            self.page.locator("label.choice", has_text=label).locator("input").first.check()

    def picks(self, label: str, choice: str) -> None:
        """The first of a list that opens whose words have these in them."""
        box = self.page.locator("main").get_by_label(label)
        box.select_option(value=box.locator("option", has_text=choice).first.get_attribute("value"))

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def reads(self, words: str) -> None:
        expect(self.page.locator("body")).to_contain_text(words)

    def sees(self, title: str) -> None:
        """The page that has this title has come."""
        expect(self.page.get_by_role("heading", name=title, level=1)).to_be_visible()

    def is_told(self, words: str) -> None:
        """The message after an act."""
        expect(self.page.locator("#toasts")).to_contain_text(words)
