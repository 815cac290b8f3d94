"""What a letter is on the wire, and what became of it.

A letter that can never be sent (a line break in its subject, an address no mail server takes) is refused here, with
one sentence: it fails by itself and the others go on.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from email.charset import QP, Charset
from email.header import Header
from email.utils import formataddr, unquote
from enum import Enum
from types import TracebackType
from typing import Protocol, Self

from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMultiAlternatives
from django.utils.encoding import punycode

DIRECTION_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
UNPRINTED = frozenset({"Cc", "Cs", "Zl", "Zp"})  # controls, half characters, separators of lines and paragraphs
NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
LOCAL_PART = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.IGNORECASE)
DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE)
MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
HEADER_NAME = re.compile(r"[!-9;-~]+")
OURS = {"from", "to", "cc", "bcc", "reply-to", "subject", "message-id", "date", "mime-version", "content-type"}


class Result(Enum):
    """What is known about one attempt."""

    SENT = "sent"
    AGAIN = "again"  # known not to have gone: try later
    FAILED = "failed"  # known not to have gone: it never will
    UNKNOWN = "unknown"  # it may have arrived or not


@dataclass(frozen=True)
class Outcome:
    """`reason` is one English sentence for staff and logs; never an address, a link or what a server wrote."""

    result: Result
    reason: str = ""
    server_down: bool = False  # no fault of this letter: the next one would fare no better just now


@dataclass(frozen=True)
class Letter:
    """Ready to go: links filled in, so it is never stored, and its repr shows neither words nor addresses."""

    uid: str  # of the Message row
    message_id: str  # "<uuid@domain>", the same on every attempt
    sender: str = field(repr=False)  # "Name <address>" or the address alone, as in the next two
    reply_to: str = field(repr=False)  # may be empty
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)  # may be empty
    language: str
    headers: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Parcel:
    """A letter as mail servers take it: the two bare addresses on the outside, and the bytes (7 bit, CRLF)."""

    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    content: bytes = field(repr=False)


class Post(Protocol):
    """A way letters leave. `send` never raises for a letter; one post serves one batch, in one thread."""

    def send(self, letter: Letter) -> Outcome: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class LetterRefused(ValueError):
    """This letter cannot be sent as it is, now or ever; the message says why in one sentence."""


def packed(letter: Letter) -> Parcel | Outcome:
    """`build`, with whatever is wrong with the letter as its outcome."""
    try:
        return build(letter)
    except LetterRefused as refusal:
        return Outcome(Result.FAILED, str(refusal))
    except SoftTimeLimitExceeded:
        return Outcome(Result.AGAIN, "The worker's time was up before the letter was built")
    except Exception as error:
        # Our own mistake, in this letter: the next one may well be sound.
        return Outcome(Result.FAILED, f"The letter could not be built: {type(error).__name__}")


def build(letter: Letter) -> Parcel:
    """The letter in bytes. Raises LetterRefused for one that may not or cannot go."""
    _refuse_unprinted(letter)
    from_name, sender = _mailbox(letter.sender, "sender's address")
    to_name, recipient = _mailbox(letter.to, "recipient's address")
    message = EmailMultiAlternatives(
        subject=_encoded(letter.subject),
        body=letter.text,
        from_email=_written(from_name, sender),
        to=[_written(to_name, recipient)],
        reply_to=[_written(*_mailbox(letter.reply_to, "reply address"))] if letter.reply_to else [],
        headers={**_headers(letter), "Message-ID": letter.message_id},
    )
    # Quoted-printable for both parts: seven bits and short lines pass every server unchanged.
    message.encoding = Charset("utf-8")
    message.encoding.body_encoding = QP
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    content = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own, not the one of email
    return Parcel(sender, recipient, content)


def _headers(letter: Letter) -> dict[str, str]:
    for name in letter.headers:
        if name.lower() in OURS or not HEADER_NAME.fullmatch(name):
            raise LetterRefused("The letter sets a header that is not its own to set")
    return {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": letter.language,
        **letter.headers,
    }


def _refuse_unprinted(letter: Letter) -> None:
    headers = "".join(f"{name}{value}" for name, value in letter.headers.items())
    for what, value in (
        ("subject", letter.subject),
        ("sender's address", letter.sender),
        ("recipient's address", letter.to),
        ("reply address", letter.reply_to),
        ("headers", f"{letter.language}{headers}"),
    ):
        if "\r" in value or "\n" in value:
            raise LetterRefused(f"The letter has a line break in its {what}")
        if any(each in DIRECTION_OVERRIDES or unicodedata.category(each) in UNPRINTED for each in value):
            raise LetterRefused(f"The letter has a control character in its {what}")
    if not MESSAGE_ID.fullmatch(letter.message_id):
        raise LetterRefused("The letter has no proper Message-ID")


def _mailbox(written: str, what: str) -> tuple[str, str]:
    """Name and address, the domain in ASCII. Exactly one address: nothing that one server reads as two."""
    named = NAMED.fullmatch(written.strip())
    name, address = (named["name"], named["address"]) if named else ("", written)
    local_part, _, domain = address.strip().rpartition("@")
    if not local_part.isascii():
        raise LetterRefused(f"The {what} has letters before the @ that mail servers do not take")
    try:
        domain = punycode(domain)
    except UnicodeError:
        domain = ""
    if not LOCAL_PART.fullmatch(local_part) or not DOMAIN.fullmatch(domain):
        raise LetterRefused(f"The {what} is not one e-mail address")
    return unquote(name.strip()), f"{local_part}@{domain}"


def _written(name: str, address: str) -> str:
    return formataddr((_encoded(name), address)) if name else address


def _encoded(words: str) -> str:
    """As a header holds it, on one line. Words that only look encoded are encoded, so that nobody decodes them."""
    if words.isascii() and "=?" not in words:
        return words
    # Room for the longest name of a header before the first piece, so that this one stands beside it.
    return Header(words, "utf-8", header_name="Reply-To").encode(linesep="")
