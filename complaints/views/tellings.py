"""Accounts as a page sets them side by side: versions, what changed between them, what was told blind.

Pure functions of the accounts a person may read (3.17 to 3.20).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from complaints.models import Account

TIME_FIRST = re.compile(r"^(\d{1,2}[.:]\d{2}|[^\s:]{1,12}:)[\s,:–-]*(?=\S)")


@dataclass(frozen=True)
class Line:
    at: str
    words: str
    is_new: bool


@dataclass(frozen=True)
class Telling:
    """One version: its lines, and those of the version before that are no longer in it."""

    account: Account
    lines: list[Line]
    gone: list[str]
    is_blind: bool

    @property
    def has_changed(self) -> bool:
        return bool(self.gone) or any(line.is_new for line in self.lines)


@dataclass(frozen=True)
class Teller:
    """Everything one person told, the last version first."""

    party: str
    name: str
    versions: list[Telling]

    @property
    def last(self) -> Telling:
        return self.versions[0]


def tellers(accounts: Iterable[Account]) -> list[Teller]:
    ordered = sorted(accounts, key=lambda each: (each.party, each.teller, each.version))
    return [
        Teller(party, name, list(reversed(_versions(list(told), ordered))))
        for (party, name), told in groupby(ordered, key=lambda each: (each.party, each.teller))
    ]


def _versions(told: list[Account], everything: list[Account]) -> list[Telling]:
    before: list[Account | None] = [None, *told]
    return [_telling(account, earlier, everything) for account, earlier in zip(told, before, strict=False)]


def _telling(account: Account, earlier: Account | None, everything: list[Account]) -> Telling:
    known = {_plain(line) for line in earlier.lines} if earlier else None
    now = {_plain(line) for line in account.lines}
    return Telling(
        account=account,
        lines=[_line(line, known is not None and _plain(line) not in known) for line in account.lines],
        gone=[line for line in earlier.lines if _plain(line) not in now] if earlier else [],
        is_blind=_is_blind(account, everything),
    )


def _line(text: str, is_new: bool) -> Line:
    match = TIME_FIRST.match(text)
    if not match:
        return Line("", text, is_new)
    return Line(match.group(1).rstrip(":"), text[match.end() :], is_new)


def _plain(line: str) -> str:
    return " ".join(line.casefold().split())


def _is_blind(account: Account, everything: list[Account]) -> bool:
    """The other side had told it already, to somebody else, and this side had not told it yet."""
    earlier = [each for each in everything if each.at < account.at]
    is_customer = account.party == Account.Party.CUSTOMER
    other_side = [each for each in earlier if (each.party == Account.Party.CUSTOMER) != is_customer]
    own_side = [each for each in earlier if (each.party == Account.Party.CUSTOMER) == is_customer]
    return bool(other_side) and not own_side and all(each.taken_by_id != account.taken_by_id for each in other_side)
