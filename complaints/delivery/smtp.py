"""Handing letters to a mail server, and saying exactly as much about it as is known.

The line is the dot that ends a letter's content. Before it was written, the server cannot have taken the letter:
whatever happens, it is known not to have gone. After it, only the server's answer tells; without one, nobody knows.
"""

import io
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import environ
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.utils import DNS_NAME

from complaints.delivery.post import Letter, Outcome, Parcel, Result, packed

PIECE = 16 * 1024  # bytes given to the connection at a time, each with a look at the clock
FAREWELL = 2  # seconds for QUIT
SIGN_IN_WANTED = frozenset({530, 534, 535, 538})  # a matter of our settings, whichever letter meets it
ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?!\S)")
PORTS = {"plain": 25, "starttls": 587, "tls": 465}


@dataclass(frozen=True)
class Server:
    """What EMAIL_URL says: smtp:// (as it is), smtp+tls:// (STARTTLS, required) or smtp+ssl:// (TLS from the start)."""

    host: str
    port: int
    security: str  # "plain", "starttls", "tls"
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


def server_of(url: str) -> Server:
    """Raises ImproperlyConfigured without repeating the URL, which holds a password."""
    try:
        parsed = environ.Env.email_url_config(url)
    except (ImproperlyConfigured, ValueError):
        parsed = {}
    if not parsed.get("EMAIL_BACKEND", "").endswith(".smtp.EmailBackend") or not parsed["EMAIL_HOST"]:
        raise ImproperlyConfigured(
            "EMAIL_URL is smtp://, smtp+tls:// or smtp+ssl://, then user:password@host:port"
            " (characters such as / @ : in a password written as %2F %40 %3A)."
        )
    security = "tls" if parsed.get("EMAIL_USE_SSL") else "starttls" if parsed.get("EMAIL_USE_TLS") else "plain"
    return Server(
        parsed["EMAIL_HOST"],
        parsed["EMAIL_PORT"] or PORTS[security],
        security,
        parsed["EMAIL_HOST_USER"] or "",
        parsed["EMAIL_HOST_PASSWORD"] or "",
    )


class SmtpPost:
    """One connection for a batch: opened by the first letter, opened anew where it broke.

    Each letter has EMAIL_TIMEOUT seconds from the first name look-up to the last answer, however the server spends
    them. (The look-up of a name alone is the system's, and ends by the system's own limits.)
    """

    def __init__(self) -> None:
        self._server = server_of(settings.EMAIL_URL)
        self._wire: Wire | None = None
        self._ends_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye if the server still listens. Never raises."""
        if self._wire:
            self._wire.ends_at = time.monotonic() + FAREWELL
            with suppress(Exception):
                self._wire.quit()
        self._drop()

    def send(self, letter: Letter) -> Outcome:
        """Never raises for a letter: a time limit of the worker's that strikes in here also ends as an outcome."""
        parcel = packed(letter)
        if isinstance(parcel, Outcome):
            return parcel
        self._ends_at = time.monotonic() + float(settings.EMAIL_TIMEOUT or 20)
        try:
            wire = self._connected()
        except Exception as error:
            self._drop()
            return Outcome(Result.AGAIN, _no_connection(error), server_down=True)
        return self._hand_over(wire, parcel)

    # --- the connection ------------------------------------------------------

    def _connected(self) -> "Wire":
        """A connection with no letter on it."""
        if self._wire and self._answers(self._wire):
            return self._wire
        self._drop()
        self._wire = wire = Wire(self._server, self._ends_at)
        wire.ehlo_or_helo_if_needed()
        if self._server.security == "starttls":
            wire.starttls(context=ssl.create_default_context())
            wire.ehlo_or_helo_if_needed()
        if self._server.user:
            wire.login(self._server.user, self._server.password)
        return wire

    def _answers(self, wire: "Wire") -> bool:
        wire.ends_at = self._ends_at
        try:
            return wire.rset()[0] == 250
        except OSError:  # everything of smtplib's is one
            return False

    def _drop(self) -> None:
        wire, self._wire = self._wire, None
        if wire:
            with suppress(Exception):
                wire.close()

    # --- one letter ----------------------------------------------------------

    def _hand_over(self, wire: "Wire", parcel: Parcel) -> Outcome:
        dot = False
        try:
            refused = self._announce(wire, parcel)
            if refused:
                return refused
            wire.send(_stuffed(parcel.content))
            wire.left()  # with no time for an answer, better no dot
            dot = True
            wire.send(b".\r\n")
            return self._verdict(*wire.getreply())
        except Exception as error:
            self._drop()
            if dot:
                reason = f"The letter was handed over, but then: {_broken(error)}"
                return Outcome(Result.UNKNOWN, reason, server_down=True)
            return Outcome(Result.AGAIN, _broken(error), server_down=True)

    def _announce(self, wire: "Wire", parcel: Parcel) -> Outcome | None:
        """From whom and to whom. None when the server asks for the content."""
        size = [f"SIZE={len(parcel.content)}"] if wire.has_extn("size") else []
        steps: list[tuple[str, Callable[[], tuple[int, bytes]], int]] = [
            ("MAIL", lambda: wire.mail(parcel.sender, size), 2),
            ("RCPT", lambda: wire.rcpt(parcel.recipient), 2),
            ("DATA", lambda: wire.docmd("DATA"), 3),
        ]
        for step, ask, wanted in steps:
            code, words = ask()
            if code // 100 != wanted:
                return self._refused(step, code, words)
        return None

    def _refused(self, step: str, code: int, words: bytes) -> Outcome:
        """No is final with 5xx, unless it is about us and not about the letter."""
        reason = _answered(code, words, step)
        if code == 421 or code in SIGN_IN_WANTED or code // 100 not in (4, 5):
            self._drop()
            return Outcome(Result.AGAIN, reason, server_down=True)
        return Outcome(Result.AGAIN if code < 500 else Result.FAILED, reason)

    def _verdict(self, code: int, words: bytes) -> Outcome:
        """What the server says to the whole letter."""
        match code // 100:
            case 2:
                return Outcome(Result.SENT)
            case 4 | 5:
                return self._refused("the content", code, words)
            case _:
                self._drop()
                return Outcome(Result.UNKNOWN, _answered(code, words, "the content"))


class Wire(smtplib.SMTP):
    """A connection that keeps to one moment (`ends_at`, monotonic), not to a time for each byte.

    Connects at once; raises OSError, which everything of smtplib's is.
    """

    def __init__(self, server: Server, ends_at: float) -> None:
        self.ends_at = ends_at
        self.context = ssl.create_default_context() if server.security == "tls" else None
        super().__init__(server.host, server.port, local_hostname=DNS_NAME.get_fqdn())

    def left(self) -> float:
        """Seconds. Raises TimeoutError when there are none."""
        seconds = self.ends_at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """smtplib's own hook: where a connection comes from."""
        wire = self._open(host, port)
        # The dot that ends a letter is a packet of its own and must not wait for the one before it.
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.context is None:
            return wire
        wire.settimeout(self.left())
        return self.context.wrap_socket(wire, server_hostname=host)

    def _open(self, host: str, port: int) -> socket.socket:
        """Every address of the host gets its share of the time: one that swallows packets does not take it all."""
        addresses = [found[4] for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        trouble: OSError = ConnectionError()
        for number, address in enumerate(addresses):
            try:
                return socket.create_connection((str(address[0]), port), self.left() / (len(addresses) - number))
            except OSError as error:
                trouble = error
        raise trouble

    def send(self, s: Any) -> None:
        """Bytes or a str, in pieces, so that a server that takes them slowly is noticed."""
        data = s.encode(self.command_encoding) if isinstance(s, str) else s
        for start in range(0, len(data), PIECE):
            if self.sock:
                self.sock.settimeout(self.left())
            super().send(data[start : start + PIECE])

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock:
            self.file = io.BufferedReader(Patience(self))
        return super().getreply()


class Patience(io.RawIOBase):
    """What a server says, read until the wire's time is up, however few bytes come at once."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self.wire.sock is None:
            return 0
        self.wire.sock.settimeout(self.wire.left())
        return self.wire.sock.recv_into(buffer)


# --- words and bytes -----------------------------------------------------------


def _stuffed(content: bytes) -> bytes:
    """RFC 5321, 4.5.2: a dot that begins a line is doubled, and the last line ends."""
    return re.sub(rb"(?m)^\.", b"..", content if content.endswith(b"\r\n") else content + b"\r\n")


def _answered(code: int, words: bytes, step: str) -> str:
    """The numbers of an answer and never its words: those like to repeat the address."""
    if not 100 <= code <= 599:
        return f"The mail server gave no proper answer to {step}"
    enhanced = ENHANCED.match(words)
    return f"The mail server answered {code}{f' {enhanced[0].decode()}' if enhanced else ''} to {step}"


def _no_connection(error: Exception) -> str:
    match error:
        case smtplib.SMTPConnectError():
            return _answered(*_reply(error), "the greeting")
        case smtplib.SMTPHeloError():
            return _answered(*_reply(error), "EHLO")
        case smtplib.SMTPAuthenticationError():
            return _answered(*_reply(error), "AUTH")
        case smtplib.SMTPResponseException():
            return _answered(*_reply(error), "STARTTLS")
        case smtplib.SMTPNotSupportedError():
            return "The mail server does not offer what EMAIL_URL asks for (a secure connection, or signing in)"
        case _:
            return _broken(error)


def _reply(error: smtplib.SMTPResponseException) -> tuple[int, bytes]:
    words = error.smtp_error
    return error.smtp_code, words if isinstance(words, bytes) else b""


def _broken(error: Exception) -> str:
    """In one sentence what happened to the connection."""
    # smtplib tells a timeout as a closed connection, and keeps the first error beside it.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "The mail server did not answer in time"
    match error:
        case smtplib.SMTPServerDisconnected() | ConnectionResetError() | BrokenPipeError():
            return "The mail server closed the connection"
        case socket.gaierror():
            return "The mail server's name was not found"
        case ConnectionRefusedError():
            return "The mail server refuses connections"
        case ssl.SSLCertVerificationError():
            return "The mail server's certificate was not accepted"
        case ssl.SSLError():
            return "No secure connection to the mail server came about"
        case _:
            return f"The connection to the mail server broke: {type(error).__name__}"
