"""A letter in words: the one place where text of customers and colleagues meets a template.

Text of theirs is only ever a value, never a template; addresses in it are not sent on, and it cannot pretend to be
one of our links. Pure: no model, no query.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import Context, Engine, Template

from complaints.wording import known_language, shortened

LONGEST_SUBJECT = 200
LINK = re.compile(r"\[\[link:([a-z-]+)\]\]")
# With a scheme, or a name of several parts with a path behind it ("Rp1.250.000/bulan" is none). Every part has a
# longest length, so that no text takes long to read.
SCHEME = r"[a-z][a-z0-9+.-]{0,19}://\S+"
HOST = r"(?<![\w-])(?:[\w-]{1,63}\.){1,10}[^\W\d][\w-]{0,62}(?::\d{1,5})?/\S*"
ADDRESS = re.compile(rf"{SCHEME}|www\.\S+|{HOST}", re.IGNORECASE)
OPENS_LINK = re.compile(r"\[(?=\[|link:)")  # also where two values meet
DIRECTION_OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
LEFT_OUT = "…"

_engine = Engine(dirs=[str(Path(settings.BASE_DIR) / "templates")], autoescape=False)


class Ours(str):
    """Words of our own making: what they hold (an address, a place for a link) is meant."""


@dataclass(frozen=True)
class Written:
    """A letter as it is kept: one line of subject, paragraphs with an empty line between, places for links."""

    subject: str
    text: str


def write(letter: str, language: str, context: dict[str, Any]) -> Written:
    """The letter `<app>/<name>` with these values. Raises TemplateDoesNotExist for a letter nobody wrote."""
    values = {name: _clean(value) for name, value in context.items()}
    first_line, rest = _parts(letter, language)
    subject = _render(first_line, {name: _on_one_line(value) for name, value in values.items()})
    body = _render(rest, values)
    return Written(
        shortened(subject.removeprefix("Subject:").strip(), LONGEST_SUBJECT - 1),
        "\n\n".join(filter(None, (part.strip() for part in re.split(r"\n[ \t]*\n", body)))),
    )


def sentence(name: str, language: str, **values: Any) -> Ours:
    """One sentence that stands in a letter as a whole, or not at all (`line_cause`, `answer` ...)."""
    values = {each: _clean(value) for each, value in values.items()}
    return Ours(" ".join(_render(_template(f"complaints/{name}", language), values).split()))


def ours(text: str) -> Ours:
    """What a colleague wrote: addresses stay, but it cannot stand for one of our links."""
    return Ours(OPENS_LINK.sub("[ ", _without_controls(text)))


def said(text: str) -> str:
    """What somebody else said, as it may be sent on: no address, no place for a link, nothing invisible."""
    return ADDRESS.sub(LEFT_OUT, ours(text))


def links_in(text: str) -> set[str]:
    """The names of the links a stored letter has places for."""
    return set(LINK.findall(text))


def _template(letter: str, language: str) -> Template:
    return _engine.get_template(f"emails/{letter}.{known_language(language)}.txt")


def _parts(letter: str, language: str) -> tuple[Template, Template]:
    """The line of the subject and the rest, apart: a value of several lines must not push one into the other."""
    subject, _, body = _template(letter, language).source.partition("\n")
    return _engine.from_string(subject), _engine.from_string(body)


def _render(template: Template, values: dict[str, Any]) -> str:
    return template.render(Context(values, autoescape=False))


def _on_one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def _clean(value: Any) -> Any:
    if isinstance(value, Ours) or not isinstance(value, str | list | tuple):
        return value
    return said(value) if isinstance(value, str) else [_clean(each) for each in value]


def _without_controls(text: str) -> str:
    return "".join(
        character
        for character in text.replace("\r\n", "\n").replace("\r", "\n")
        if character in "\n\t"
        or (unicodedata.category(character) not in ("Cc", "Cs") and character not in DIRECTION_OVERRIDES)
    )
