"""A real mail server (aiosmtpd) that can be told to misbehave, and a port where none listens.

with sink(at("RCPT", says="550 5.1.1 No such user", only_for="bad@example.id")) as server:
    settings.EMAIL_URL = server.url
    ...
    assert [letter.recipient for letter in server.letters] == ["good@example.id"]
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells every command

STEPS = ("GREETING", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "CONTENT", "RSET")


class Does(Enum):
    ANSWERS = "says what it is told to say"
    SILENT = "says nothing more"
    DRIBBLES = "says something without end, a byte at a time"
    DROPS = "closes the connection"


@dataclass(frozen=True)
class Fault:
    """What goes wrong at one step. CONTENT is after the dot; there `kept` letters are in the box all the same.

    Anywhere else a server may both say something and then fall silent, dribble or drop.
    """

    step: str
    does: Does = Does.ANSWERS
    says: str = ""
    times: int = 0  # so often, then never again; 0: always
    only_for: str = ""  # the recipient it concerns (RCPT, DATA, CONTENT)
    kept: bool = False


def at(step: str, **what: Any) -> Fault:
    assert step in STEPS
    return Fault(step, **what)


@dataclass(frozen=True)
class Received:
    """What arrived: the addresses on the outside, and the bytes."""

    sender: str
    recipient: str
    content: bytes

    @property
    def message(self) -> EmailMessage:
        message = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()).replace("\r\n", "\n") if part else ""


@dataclass
class Sink:
    """The server, as a test sees it. `commands` are all it was told, in order, of all connections."""

    faults: tuple[Fault, ...]
    account: tuple[str, str] | None = None
    certificate: ssl.SSLContext | None = None
    security: str = ""  # "", "tls" (STARTTLS), "ssl"
    takes: Callable[[], float] = lambda: 0.0  # seconds for a letter; after half of them it has it
    taking: set[int] = field(default_factory=set)  # the ports of clients that wait for its yes to a letter
    port: int = 0
    connections: int = 0
    letters: list[Received] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    happened: dict[int, int] = field(default_factory=dict)
    open: set[Talk] = field(default_factory=set)
    loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        return self.url_as(*self.account) if self.account else f"{self._scheme}://127.0.0.1:{self.port}"

    def url_as(self, user: str, password: str) -> str:
        return f"{self._scheme}://{user}:{password}@127.0.0.1:{self.port}"

    def drop_connections(self) -> None:
        """As a server does that was idle for too long."""
        assert self.loop
        self.loop.call_soon_threadsafe(self.drop_all)

    def drop_all(self) -> None:
        """The same, from within the server's own thread."""
        for talk in list(self.open):
            if talk.transport:
                talk.transport.close()

    def fault(self, step: str, recipient: str = "") -> Fault | None:
        for number, fault in enumerate(self.faults):
            concerns = fault.step == step and fault.only_for in ("", recipient)
            if concerns and not (fault.times and self.happened.get(number, 0) >= fault.times):
                self.happened[number] = self.happened.get(number, 0) + 1
                return fault
        return None

    def sign_in(self, server: SMTP, session: Any, envelope: Any, mechanism: str, said: LoginPassword) -> AuthResult:
        user, password = said.login.decode(), said.password.decode()
        self.signed_in.append(user)
        return AuthResult(success=(user, password) == self.account, handled=False)

    @property
    def _scheme(self) -> str:
        return f"smtp+{self.security}" if self.security else "smtp"


@contextmanager
def sink(
    *faults: Fault,
    account: tuple[str, str] | None = None,
    certificate: ssl.SSLContext | None = None,
    security: str = "",
) -> Iterator[Sink]:
    """A server on a port of its own, in a thread of its own, for as long as the block lasts."""
    server = Sink(faults, account, certificate, security)
    ready, done = threading.Event(), asyncio.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(server, ready, done)), daemon=True)
    thread.start()
    assert ready.wait(5), "the mail server of the test did not start"
    try:
        yield server
    finally:
        assert server.loop
        server.loop.call_soon_threadsafe(done.set)
        thread.join(5)


def nobody_listens() -> str:
    """The EMAIL_URL of a port that refuses connections."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"smtp://127.0.0.1:{probe.getsockname()[1]}"


async def _serve(server: Sink, ready: threading.Event, done: asyncio.Event) -> None:
    server.loop = asyncio.get_running_loop()
    listening = await server.loop.create_server(
        lambda: Talk(server), "127.0.0.1", 0, ssl=server.certificate if server.security == "ssl" else None
    )
    server.port = listening.sockets[0].getsockname()[1]
    ready.set()
    await done.wait()
    listening.close()
    server.drop_all()


class Talk(SMTP):
    """One connection: every step first asks whether it goes wrong."""

    def __init__(self, server: Sink) -> None:
        self.server = server
        self.greeted = False
        super().__init__(
            self,
            hostname="sink.example.id",
            loop=server.loop,
            tls_context=server.certificate if server.security == "tls" else None,
            authenticator=server.sign_in if server.account else None,
            auth_require_tls=False,
        )

    def connection_made(self, transport: Any) -> None:
        if self not in self.server.open:  # STARTTLS makes it again
            self.server.connections += 1
            self.server.open.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.server.open.discard(self)
        super().connection_lost(error)

    async def push(self, status: Any) -> None:
        if not self.greeted:
            self.greeted = True
            if await self._goes_wrong("GREETING"):
                return
        await super().push(status)

    async def smtp_EHLO(self, hostname: str) -> None:
        await self._step("EHLO", super().smtp_EHLO, hostname)

    async def smtp_HELO(self, hostname: str) -> None:
        await self._step("EHLO", super().smtp_HELO, hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:
        await self._step("STARTTLS", super().smtp_STARTTLS, arg)

    async def smtp_AUTH(self, arg: str) -> None:
        await self._step("AUTH", super().smtp_AUTH, arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        await self._step("MAIL", super().smtp_MAIL, arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        await self._step("RCPT", super().smtp_RCPT, arg)

    async def smtp_DATA(self, arg: str) -> None:
        await self._step("DATA", super().smtp_DATA, arg)

    async def smtp_RSET(self, arg: str) -> None:
        await self._step("RSET", super().smtp_RSET, arg)

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        """aiosmtpd's hook for a whole letter."""
        self.server.taking.add(session.peer[1])
        try:
            return await self._take(envelope)
        finally:
            self.server.taking.discard(session.peer[1])

    async def _take(self, envelope: Any) -> str:
        recipient, half = envelope.rcpt_tos[0], self.server.takes() / 2
        await asyncio.sleep(half)
        fault = self.server.fault("CONTENT", recipient)
        if fault is None or fault.kept:
            self.server.letters.append(Received(envelope.mail_from, recipient, envelope.content))
        await asyncio.sleep(half)
        if fault:
            await self._do(fault)
        return fault.says if fault else "250 2.0.0 Taken"

    async def _step(self, step: str, usual: Any, arg: str | None) -> None:
        self.server.commands.append(step)
        if not await self._goes_wrong(step, arg):
            await usual(arg)

    async def _goes_wrong(self, step: str, arg: str | None = None) -> bool:
        named = (arg or "").partition("<")[2].partition(">")[0]
        known = self.envelope.rcpt_tos[0] if self.envelope and self.envelope.rcpt_tos else ""
        fault = self.server.fault(step, named or known)
        if fault is None:
            return False
        if fault.says:
            await super().push(fault.says)
        await self._do(fault)
        return True

    async def _do(self, fault: Fault) -> None:
        """SILENT and DRIBBLES end with the connection: its task is cancelled then."""
        match fault.does:
            case Does.DROPS:
                assert self.transport
                self.transport.close()
                await asyncio.Event().wait()
            case Does.SILENT:
                await asyncio.Event().wait()
            case Does.DRIBBLES:
                while True:
                    for byte in b"250-this takes its time\r\n":
                        self._writer.write(bytes([byte]))
                        await self._writer.drain()
                        await asyncio.sleep(0.02)
