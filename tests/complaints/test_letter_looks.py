"""The HTML of a letter: our links can be clicked, and nothing else of what people wrote becomes more than words."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import translation

from complaints.delivery.looks import UnknownLink, fill, html_of

STATUS = "http://127.0.0.1:8000/s/q9Zk_31?a=1&b=2"
LINKS = {"status": STATUS, "survey-yes": "http://127.0.0.1:8000/f/y/", "survey-no": "http://127.0.0.1:8000/f/n/"}
SURVEY = """Dear Ms Sri,

Is it solved?

Yes, it is: [[link:survey-yes]]

No: [[link:survey-no]]

Or see: [[link:status]] today.
"""


class Page(HTMLParser):
    """What a reader's mail program makes of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.styled: set[str] = set()
        self.words = ""
        self.language: str | None = None
        self.inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.inside.append(tag)
        if tag == "html":
            self.language = found.get("lang")
        if tag == "a":
            self.links.append(found["href"] or "")
        if "style" in found:
            self.styled.add(tag)
        assert not [name for name in found if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self.inside:
            self.words += data


def shown(text: str, **more: Any) -> Page:
    return Page(html(text, **more))


def html(text: str, **more: Any) -> str:
    given = {"subject": "About C26-000388", "language": "en", "org": "Sinar", "buttons": False, "links": LINKS}
    return html_of(text, **{**given, **more})


def test_places_are_filled() -> None:
    assert fill("See [[link:status]], [[link:status]].", LINKS) == f"See {STATUS}, {STATUS}."
    assert fill("Nothing to fill [[status]] [link:status]", {}) == "Nothing to fill [[status]] [link:status]"


def test_a_filled_link_is_not_filled_again() -> None:
    assert fill("[[link:a]]", {"a": "[[link:b]]", "b": "no"}) == "[[link:b]]"


def test_a_link_nobody_gave_is_refused() -> None:
    for buttons in (True, False):
        with pytest.raises(UnknownLink):
            html("Yes: [[link:survey-partly]]", buttons=buttons)
    with pytest.raises(UnknownLink):
        fill("[[link:survey-partly]]", LINKS)


def test_our_links_can_be_clicked_and_are_written_out() -> None:
    page = shown("See it here: [[link:status]]")
    assert page.links == [STATUS]
    assert f"See it here: {STATUS}" in page.words


def test_no_other_address_can_be_clicked() -> None:
    written = "https://bank.example.id www.bank.example.id mailto:x@y.id javascript:alert(1) x@y.id"
    page = shown(f"He wrote: {written}")
    assert page.links == []
    assert written in page.words


@pytest.mark.parametrize("buttons", [True, False])
@pytest.mark.parametrize(
    "words",
    [
        '<script>alert("1")</script>',
        '<img src=x onerror="alert(1)">',
        '<a href="https://bank.example.id">Click</a>',
        "</p></div></body><h1>Bank</h1>",
        "<style>p { display: none }</style>",
        "<!-- not shown --> {{ org }} {% now 'Y' %} &lt;b&gt; & 'quoted'",
        '"><svg onload=alert(1)>: [[link:survey-yes]]',
        "<b>Yes</b>: [[link:survey-yes]]",
    ],
)
def test_markup_of_a_customer_stays_words(words: str, buttons: bool) -> None:
    plain, page = shown("Words: [[link:survey-yes]]", buttons=buttons), shown(words, buttons=buttons)
    assert not {"script", "img", "svg", "h1", "b"} & set(page.tags)
    assert set(page.links) <= {LINKS["survey-yes"]}
    assert page.tags.count("style") == plain.tags.count("style")
    assert words.partition(": [[")[0] in page.words


def test_markup_in_subject_and_organisation_stays_words() -> None:
    page = shown("Words", subject="<script>1</script>", org="Sinar <b>&</b> Co")
    assert not {"script", "b"} & set(page.tags)
    assert "Sinar <b>&</b> Co" in page.words


def test_an_address_of_ours_cannot_break_out_of_its_place() -> None:
    page = shown("[[link:status]]", links={"status": 'http://x/"><script>1</script>'})
    assert "script" not in page.tags
    assert page.links == ['http://x/"><script>1</script>']


def test_a_paragraph_that_is_a_link_with_a_label_is_a_button() -> None:
    page = shown(SURVEY, buttons=True)
    assert "Yes, it is: http" not in page.words
    assert "Yes, it is" in page.words
    assert page.links.count(LINKS["survey-yes"]) >= 1
    assert f"Or see: {STATUS} today." in page.words


def test_without_buttons_it_is_a_line() -> None:
    page = shown(SURVEY)
    assert f"Yes, it is: {LINKS['survey-yes']}" in page.words
    assert page.links == [LINKS["survey-yes"], LINKS["survey-no"], STATUS]


@pytest.mark.parametrize(
    "words",
    [
        "Yes: [[link:survey-yes]] or no: [[link:survey-no]]",
        "Choose.\nYes: [[link:survey-yes]]",
        "[[link:survey-yes]]",
        "Yes: [[link:survey-yes]].",
    ],
)
def test_anything_more_than_a_label_and_a_link_is_no_button(words: str) -> None:
    assert shown(words, buttons=True).links == shown(words).links
    assert "[[" not in shown(words, buttons=True).words


def test_lines_stay_lines_and_paragraphs_paragraphs() -> None:
    one = shown("First\nsecond")
    assert one.tags.count("br") == 1
    for gap in ("\n\n", "\n \t\n", "\n\n\n\n", "\r\n\r\n"):
        two = shown(f"\n\nFirst{gap}second\n\n")
        assert (two.tags.count("p"), two.tags.count("br")) == (one.tags.count("p") + 1, 0)


def test_styles_are_in_the_elements_and_the_dark_theme_stays_a_block() -> None:
    page = html(SURVEY, buttons=True)
    found = Page(page)
    assert {"body", "p", "a"} <= found.styled
    assert "@media (prefers-color-scheme: dark)" in page
    assert not {"link", "img", "script"} & set(found.tags)


def test_a_letter_says_its_language_whatever_the_reader_of_the_page_speaks() -> None:
    with translation.override("en"):
        assert shown("Kata", language="id").language == "id"
        assert translation.get_language() == "en"
