"""How a letter looks: the HTML of its text, in which only our own links can be clicked.

`text` is the body as it is stored, with `[[link:status]]` and the like where a link goes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import css_inline
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from complaints.emails.rendering import LINK

BUTTON = re.compile(rf"(?P<label>[^\n\[\]]+):[ \t]*{LINK.pattern}")
EMPTY_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")

# Media queries (the dark theme) stay in a style tag; all else is written into the elements. Nothing is fetched.
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


class UnknownLink(KeyError):
    """A letter has a place for a link that nobody gave it."""


@dataclass(frozen=True)
class Paragraph:
    """What `emails/letter.html` shows: words, or a button with its address."""

    kind: str  # "text", "button"
    html: str = ""  # already escaped: a SafeString
    label: str = ""
    url: str = ""


def fill(text: str, links: dict[str, str]) -> str:
    """The text with its links in place. Raises UnknownLink when one of them is missing."""
    return LINK.sub(lambda place: _url(place[1], links), text)


def html_of(text: str, *, subject: str, language: str, org: str, buttons: bool, links: dict[str, str]) -> str:
    """The whole HTML letter, its styles inlined.

    With `buttons`, a paragraph that is `Label: [[link:name]]` becomes a button. Raises UnknownLink.
    """
    with translation.override(language):
        page = render_to_string(
            "emails/letter.html",
            {
                "language": language,
                "subject": subject,
                "org": org,
                "paragraphs": list(_paragraphs(text, links, buttons=buttons)),
            },
        )
    return _inliner.inline(page)


def _paragraphs(text: str, links: dict[str, str], *, buttons: bool) -> Iterator[Paragraph]:
    for words in EMPTY_LINES.split(text.replace("\r\n", "\n").strip()):
        button = BUTTON.fullmatch(words.strip()) if buttons else None
        if button:
            yield Paragraph("button", label=button["label"].strip(), url=_url(button[2], links))
        elif words:
            yield Paragraph("text", _as_html(words, links))


def _as_html(words: str, links: dict[str, str]) -> SafeString:
    # split() on a pattern with one group: words and names of links take turns.
    pieces = LINK.split(words)
    shown = [_anchor(_url(piece, links)) if odd % 2 else escape(piece) for odd, piece in enumerate(pieces)]
    return mark_safe("".join(shown).replace("\n", "<br>\n"))


def _anchor(url: str) -> SafeString:
    return format_html('<a href="{0}">{0}</a>', url)


def _url(name: str, links: dict[str, str]) -> str:
    try:
        return links[name]
    except KeyError:
        raise UnknownLink(name) from None
