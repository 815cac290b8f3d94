"""Customers and outside parties as the tests know them: a browser of their own, the links of their letters, and a
scanner that opens and sends whatever it finds."""

import itertools
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.test import Client

from complaints import clock
from complaints.actions.access import Purpose, mint
from complaints.delivery import outbox
from complaints.delivery.files import read
from complaints.models import Complaint, Handoff, Message
from complaints.tasks import deliver_messages, note_messages

NUMBERS = itertools.count()


def browser() -> Client:
    """Somebody else's, each time: what is counted by address is counted anew."""
    number = next(NUMBERS)
    return Client(REMOTE_ADDR=f"10.2.{number // 250}.{number % 250 + 1}")


def status(complaint: Complaint, place: str = "") -> str:
    """The customer's page, or a place of it, behind a link of its own."""
    token = mint(complaint, Purpose.STATUS, at=clock.now(), cycle=complaint.cycle)
    return f"/s/{token}/" + (f"{place}/" if place else "")


def outside(handoff: Handoff) -> str:
    return f"/h/{mint(handoff.complaint, Purpose.HANDOFF, at=clock.now(), cycle=1, handoff=handoff)}/"


def pressed(**typed: Any) -> dict[str, Any]:
    """A form of these pages as its button sends it."""
    return {"send": "1", "submit_key": str(uuid.uuid4()), **typed}


def press(url: str, **typed: Any) -> Any:
    """The answer to a form that somebody filled in and sent."""
    return browser().post(url, pressed(**typed))


def shown(url: str, **client: Any) -> str:
    """What the page says, in words and marks."""
    answer = browser().get(url, **client)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def words(html: str) -> str:
    """What a reader reads of it: no marks, single spaces."""
    html = re.sub(r"</?(?:b|span|q|a)\b[^>]*>", "", html)
    text = re.sub(r"<(style|script|title)\b.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return " ".join(text.replace("&#x27;", "'").replace("&amp;", "&").replace("&quot;", '"').split())


def reads(url: str, language: str = "en") -> str:
    return words(shown(f"{url}?lang={language}"))


# -- letters ---------------------------------------------------------------------------
def delivered(message: Message) -> str:
    """The text that arrived."""
    deliver_messages()
    note_messages()
    return str(read(outbox(), str(message.uid))[0].text)


def links_in(text: str) -> list[str]:
    """The paths behind the addresses in a letter."""
    return list(dict.fromkeys(re.findall(r"http://[^/\s]+(/[sfh]/[\w/?=-]+)", text)))


def link_to(message: Message, place: str = "") -> str:
    """Behind the address that leads to this place of the status page."""
    return next(path for path in links_in(delivered(message)) if re.fullmatch(rf"/s/[\w-]+/{place}/?", path))


# -- the database as a whole ------------------------------------------------------------
def checksums() -> dict[str, str]:
    """Of every row of every table there is, whoever's it is."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name != "django_migrations"]
        sums = {}
        for table in tables:
            name = connection.ops.quote_name(table)
            cursor.execute(
                f"SELECT count(*), md5(coalesce(string_agg(r::text, '|' ORDER BY r::text), '')) FROM {name} r"
            )
            sums[table] = str(cursor.fetchone())
    return sums


# -- what stands in a page ----------------------------------------------------------------
@dataclass
class Form:
    """As it stands: where it goes and what it would send without a button."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._text: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif not self.forms:
            return
        elif tag == "input" and given.get("type") not in ("submit", "file", "radio", "checkbox"):
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "input" and given.get("type") in ("radio", "checkbox") and "checked" in given:
            self.forms[-1].fields[given["name"]] = given.get("value", "on")
        elif tag == "textarea":
            self._text = given["name"]
            self.forms[-1].fields[given["name"]] = ""
        elif tag == "button":
            self.forms[-1].buttons.append(given.get("name", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text and self.forms:
            self.forms[-1].fields[self._text] += data.lstrip("\n")


def forms_in(html: str) -> list[Form]:
    parser = _Forms()
    parser.feed(html)
    return parser.forms


def scan(path: str, *, times: int = 1) -> Iterator[Any]:
    """What stands between us and the customer: opens a link this often, and sends every form it finds there as it
    stands. Yields the answers to what it sent."""
    client, page = browser(), None
    for _ in range(times):
        page = client.get(path)
        assert client.head(path).status_code == page.status_code
    assert page is not None
    for form in forms_in(page.content.decode()):
        yield client.post(form.action or path, form.fields)
