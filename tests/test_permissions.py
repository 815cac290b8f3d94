"""Every address x every person x own and foreign object, against `addresses.csv`.

The addresses come from the URLconf: a new one without a row fails. A cell is
what a GET answers: 200, 302, 403, 404, 409 (not possible now), or `login`.
`own` is a complaint of the first call centre, `foreign` one of the other.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from complaints.models import User
from tests import factories
from tests.factories import Cast
from tests.scenes import Scene, play

TABLE = Path(__file__).parent / "addresses.csv"
PEOPLE = (
    "anonymous", "agent", "colleague", "supervisor", "manager", "officer", "outsider", "administrator", "complained_of"
)  # fmt: skip
OURS = ("complaints", "escalation", "followups")
BY_LINK = ("token", "rest")


def addresses() -> Iterator[tuple[str, str]]:
    """Name and what it takes (ref, pk or nothing) of every address of our own."""
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.app_name in OURS:
            for pattern in resolver.url_patterns:
                assert isinstance(pattern, URLPattern)
                takes = next(iter(pattern.pattern.converters), "")
                yield f"{resolver.app_name}:{pattern.name}", takes


def law() -> dict[tuple[str, str], dict[str, str]]:
    with TABLE.open(newline="") as rows:
        return {(row["address"], row["object"]): row for row in csv.DictReader(rows)}


@pytest.fixture
def people(cast: Cast) -> dict[str, User | None]:
    everybody: dict[str, User | None] = {name: getattr(cast, name) for name in PEOPLE if hasattr(cast, name)}
    return {"anonymous": None, **everybody, "complained_of": factories.person("Ratna Kasir", cast.care, "agent")}


@pytest.fixture
def scenes(cast: Cast, people: dict[str, User | None]) -> dict[str, Scene]:
    theirs = factories.person("Osman Jauh", cast.other_care, "agent")
    scenes = {
        "own": play(cast, cast.care, cast.agent),
        "foreign": play(cast, cast.other_care, theirs, customer=cast.other_customer),
    }
    complaint = scenes["own"].complaint
    complaint.person_complained_of = people["complained_of"]
    complaint.save(update_fields=["person_complained_of"])
    return scenes


def answer(client: Client, url: str) -> str:
    response = client.get(url)
    if response.status_code == 302 and "/account/login/" in response["Location"]:
        return "login"
    return str(response.status_code)


def test_every_address_has_a_row() -> None:
    missing = {name for name, _takes in addresses()} - {name for name, _object in law()}
    gone = {name for name, _object in law()} - {name for name, _takes in addresses()}
    assert (missing, gone) == (set(), set())


def test_every_address_for_every_person(
    cast: Cast, people: dict[str, User | None], scenes: dict[str, Scene], as_user: object
) -> None:
    clients = {name: as_user(user) if user else Client() for name, user in people.items()}  # type: ignore[operator]
    table, wrong = law(), []
    for name, takes in addresses():
        for kind, scene in scenes.items():
            url = reverse(name, kwargs=scene.arguments(name, takes))
            for who, client in clients.items():
                got = answer(client, url)
                if got != table[name, kind][who]:
                    wrong.append(f"{name} ({kind}) for {who}: {got}, the table says {table[name, kind][who]}")
            if not takes:
                break
    assert wrong == []


def test_nobody_meets_what_is_foreign() -> None:
    """The table itself: whoever neither works there nor manages gets 404 on a foreign row, and so does the person
    complained of on the own one."""
    takes = dict(addresses())
    for (name, kind), row in law().items():
        if not takes[name] or name.startswith("complaints:customer") or name == "complaints:enquiry-new":
            continue  # whoever answers the phone must find any caller
        if takes[name] in BY_LINK:
            continue  # the link is the right, whoever holds it
        if kind == "foreign":
            assert {row[who] for who in ("agent", "colleague", "supervisor", "administrator", "complained_of")} == {
                "404"
            }, name
        else:
            assert {row[who] for who in ("outsider", "administrator", "complained_of")} == {"404"}, name
        assert row["anonymous"] == "login", name


def test_a_link_shows_everybody_the_same() -> None:
    """It asks nobody to sign in, and signing in opens no more (what it lets them do is another matter: test_links)."""
    takes = dict(addresses())
    behind_links = [(name, row) for (name, _kind), row in law().items() if takes[name] in BY_LINK]
    assert behind_links
    for name, row in behind_links:
        assert len({row[who] for who in PEOPLE}) == 1, name
        assert row["anonymous"] in ("200", "404"), name
