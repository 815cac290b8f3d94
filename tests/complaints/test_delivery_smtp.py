"""Handing letters to a mail server: whatever it does, the outcome says what is known."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from dataclasses import replace
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ImproperlyConfigured

from complaints.delivery import Letter, Outcome, Result, SmtpPost, build, open_post
from complaints.delivery.smtp import server_of
from tests.complaints.smtp_sink import Does, Fault, Sink, at, nobody_listens, sink

SENT, AGAIN, FAILED, UNKNOWN = Result.SENT, Result.AGAIN, Result.FAILED, Result.UNKNOWN
SECRET = "q9Zk_secret-of-the-link-31"
PATIENCE = 0.5  # seconds, where a server has to be waited for
LETTER = Letter(
    uid="0b7c1c55-6a0c-4c5a-9a51-0d1e3f6e7a10",
    message_id="<0b7c1c55-6a0c-4c5a-9a51-0d1e3f6e7a10@tuntas.example.id>",
    sender="Sinar Elektronik <care@sinar.example.id>",
    reply_to="care+C26-000388@sinar.example.id",
    to="Ibu Sri Wahyuni <sri@pelanggan.example.id>",
    subject="Keluhan Anda C26-000388 sudah kami terima",
    text=f"Yth. Ibu Sri Wahyuni,\n\nLihat: http://127.0.0.1:8000/s/{SECRET}/\n",
    html=f'<p>Yth. Ibu Sri Wahyuni,</p><a href="http://127.0.0.1:8000/s/{SECRET}/">Lihat</a>',
    language="id",
    headers={"List-Unsubscribe": f"<http://127.0.0.1:8000/u/{SECRET}/>"},
)


@pytest.fixture(autouse=True)
def _time_enough(settings: Any) -> None:
    settings.EMAIL_TIMEOUT = 10


def send_to(url: str, settings: Any, *letters: Letter) -> list[Outcome]:
    settings.EMAIL_URL = url
    with open_post() as post:
        return [post.send(letter) for letter in letters or (LETTER,)]


def to(address: str) -> Letter:
    return replace(LETTER, to=address)


# --- every way a server can behave ------------------------------------------------

ANSWERS: list[tuple[Fault, Result, str]] = [
    # before the dot: known not to have gone
    (at("GREETING", says="421 4.3.2 Busy"), AGAIN, "The mail server answered 421 4.3.2 to the greeting"),
    (at("GREETING", says="554 Go away"), AGAIN, "The mail server answered 554 to the greeting"),
    (at("GREETING", says="HTTP/1.1 400 Bad"), AGAIN, "The mail server gave no proper answer to the greeting"),
    (at("EHLO", says="550 5.7.1 Who are you"), AGAIN, "The mail server answered 550 5.7.1 to EHLO"),
    (at("MAIL", says="421 4.7.0 Closing"), AGAIN, "The mail server answered 421 4.7.0 to MAIL"),
    (at("MAIL", says="451 4.7.1 Later"), AGAIN, "The mail server answered 451 4.7.1 to MAIL"),
    (at("MAIL", says="530 5.7.0 Sign in"), AGAIN, "The mail server answered 530 5.7.0 to MAIL"),
    (at("MAIL", says="553 5.1.8 Bad sender"), FAILED, "The mail server answered 553 5.1.8 to MAIL"),
    (at("RCPT", says="450 4.2.1 Later"), AGAIN, "The mail server answered 450 4.2.1 to RCPT"),
    (at("RCPT", says="452-4.2.2 Full,\r\n452 4.2.2 sorry"), AGAIN, "The mail server answered 452 4.2.2 to RCPT"),
    (
        at("RCPT", says="550 5.1.1 <sri@pelanggan.example.id> unknown"),
        FAILED,
        "The mail server answered 550 5.1.1 to RCPT",
    ),
    (at("RCPT", says="550 sri@pelanggan.example.id?"), FAILED, "The mail server answered 550 to RCPT"),
    (at("DATA", says="451 Later"), AGAIN, "The mail server answered 451 to DATA"),
    (at("DATA", says="554 5.7.1 No"), FAILED, "The mail server answered 554 5.7.1 to DATA"),
    (at("DATA", says="250 What?"), AGAIN, "The mail server answered 250 to DATA"),
    # after it: the answer decides, and without one nobody knows
    (at("CONTENT", says="250 2.0.0 Queued", kept=True), SENT, ""),
    (at("CONTENT", says="251 Forwarded", kept=True), SENT, ""),
    (at("CONTENT", says="421 4.3.0 Closing"), AGAIN, "The mail server answered 421 4.3.0 to the content"),
    (at("CONTENT", says="452 4.3.1 Disk full"), AGAIN, "The mail server answered 452 4.3.1 to the content"),
    (at("CONTENT", says="554 5.6.0 Spam"), FAILED, "The mail server answered 554 5.6.0 to the content"),
    (at("CONTENT", says="354 Eh?"), UNKNOWN, "The mail server answered 354 to the content"),
    (at("CONTENT", says="Eh?"), UNKNOWN, "The mail server gave no proper answer to the content"),
]
LATE, CLOSED = "The mail server did not answer in time", "The mail server closed the connection"
AFTER = "The letter was handed over, but then: "
BEFORE_THE_DOT = ("GREETING", "EHLO", "MAIL", "RCPT", "DATA")
BREAKS: list[tuple[Fault, Result, str]] = [
    *((at(step, does=Does.SILENT), AGAIN, LATE) for step in BEFORE_THE_DOT),
    *((at(step, does=Does.DRIBBLES), AGAIN, LATE) for step in BEFORE_THE_DOT),
    *((at(step, does=Does.DROPS), AGAIN, CLOSED) for step in BEFORE_THE_DOT if step != "DATA"),
    (at("CONTENT", does=Does.SILENT), UNKNOWN, AFTER + LATE),
    (at("CONTENT", does=Does.SILENT, kept=True), UNKNOWN, AFTER + LATE),
    (at("CONTENT", does=Does.DRIBBLES, kept=True), UNKNOWN, AFTER + LATE),
    (at("CONTENT", does=Does.DROPS), UNKNOWN, AFTER + CLOSED),
    (at("CONTENT", does=Does.DROPS, kept=True), UNKNOWN, AFTER + CLOSED),
]


def named(fault: Fault) -> str:
    return f"{fault.step} {fault.does.name if fault.does != Does.ANSWERS else fault.says[:3]}"


@pytest.mark.parametrize(("fault", "result", "reason"), ANSWERS, ids=[named(row[0]) for row in ANSWERS])
def test_an_answer_is_told_by_its_numbers(fault: Fault, result: Result, reason: str, settings: Any) -> None:
    with sink(fault) as server:
        outcome = send_to(server.url, settings)[0]
    assert (outcome.result, outcome.reason) == (result, reason)
    assert len(server.letters) == (1 if result == SENT else 0)


@pytest.mark.parametrize(("fault", "result", "reason"), BREAKS, ids=[named(row[0]) for row in BREAKS])
def test_what_breaks_ends_in_time_and_is_told_honestly(
    fault: Fault, result: Result, reason: str, settings: Any
) -> None:
    settings.EMAIL_TIMEOUT = PATIENCE
    with sink(fault) as server:
        started = time.monotonic()
        outcome = send_to(server.url, settings)[0]
        assert time.monotonic() - started < PATIENCE + 1
    assert (outcome.result, outcome.reason) == (result, reason)
    assert len(server.letters) == fault.kept


def test_nobody_listening_is_tried_again_later(settings: Any) -> None:
    assert send_to(nobody_listens(), settings) == [
        Outcome(AGAIN, "The mail server refuses connections", server_down=True)
    ]


def test_a_name_nobody_knows_is_tried_again_later(settings: Any) -> None:
    assert send_to("smtp://mail.invalid:25", settings) == [
        Outcome(AGAIN, "The mail server's name was not found", server_down=True)
    ]


def test_content_that_could_not_all_be_written_is_known_not_to_have_gone(settings: Any) -> None:
    """Far more than fits into the buffers between the two: the dot is never written."""
    large = replace(LETTER, text="Semua catatan kami tentang keluhan ini.\n" * 300_000, html="")
    with sink(at("DATA", says="354 Go on", does=Does.DROPS)) as server:
        assert send_to(server.url, settings, large)[0] == Outcome(AGAIN, CLOSED, server_down=True)
    settings.EMAIL_TIMEOUT = PATIENCE
    with sink(at("DATA", says="354 Go on", does=Does.SILENT)) as server:
        assert send_to(server.url, settings, large)[0] == Outcome(AGAIN, LATE, server_down=True)


def test_what_only_the_server_is_to_blame_for_says_so(settings: Any) -> None:
    settings.EMAIL_TIMEOUT = PATIENCE
    for fault, down in (
        (at("GREETING", says="554 No"), True),
        (at("MAIL", says="421 Closing"), True),
        (at("MAIL", says="535 5.7.8 Sign in"), True),
        (at("RCPT", does=Does.SILENT), True),
        (at("CONTENT", does=Does.SILENT), True),
        (at("RCPT", says="451 Greylisted"), False),
        (at("RCPT", says="550 Unknown"), False),
        (at("CONTENT", says="554 Spam"), False),
    ):
        with sink(fault) as server:
            assert send_to(server.url, settings)[0].server_down is down, named(fault)


# --- a batch --------------------------------------------------------------------------


def test_a_batch_goes_over_one_connection(settings: Any) -> None:
    with sink() as server:
        outcomes = send_to(server.url, settings, to("a@x.id"), to("b@x.id"), to("c@x.id"))
        assert [outcome.result for outcome in outcomes] == [SENT] * 3
        assert [letter.recipient for letter in server.letters] == ["a@x.id", "b@x.id", "c@x.id"]
        assert server.connections == 1


def test_no_connection_is_opened_without_a_letter(settings: Any) -> None:
    with sink() as server:
        settings.EMAIL_URL = server.url
        with open_post():
            pass
        assert server.connections == 0


@pytest.mark.parametrize("step", ["RCPT", "CONTENT"])
def test_a_refused_letter_stops_no_other_and_keeps_the_connection(step: str, settings: Any) -> None:
    with sink(at(step, says="550 5.1.1 Unknown", only_for="bad@x.id")) as server:
        outcomes = send_to(server.url, settings, to("a@x.id"), to("bad@x.id"), to("b@x.id"))
        assert [outcome.result for outcome in outcomes] == [SENT, FAILED, SENT]
        assert [letter.recipient for letter in server.letters] == ["a@x.id", "b@x.id"]
        assert server.connections == 1


def test_a_letter_that_cannot_be_built_never_reaches_the_server(settings: Any) -> None:
    with sink() as server:
        poison = replace(LETTER, subject="Sudah\r\nBcc: all@x.id")
        assert [outcome.result for outcome in send_to(server.url, settings, poison, LETTER)] == [FAILED, SENT]
        assert len(server.letters) == 1


def test_a_connection_that_died_between_two_letters_is_opened_anew(settings: Any) -> None:
    with sink() as server:
        settings.EMAIL_URL = server.url
        with open_post() as post:
            assert post.send(LETTER).result == SENT
            server.drop_connections()
            assert post.send(LETTER).result == SENT
        assert (server.connections, len(server.letters)) == (2, 2)


@pytest.mark.parametrize(
    "fault",
    [at("RSET", says="421 4.4.2 Idle"), at("RSET", says="502 What?"), at("RSET", does=Does.DROPS)],
    ids=named,
)
def test_a_server_that_will_not_begin_anew_gets_a_new_connection(fault: Fault, settings: Any) -> None:
    with sink(fault) as server:
        assert [outcome.result for outcome in send_to(server.url, settings, LETTER, LETTER)] == [SENT, SENT]
        assert server.connections == 2


@pytest.mark.parametrize(
    ("fault", "first"),
    [
        (at("MAIL", says="421 Closing", times=1), AGAIN),
        (at("RCPT", does=Does.DROPS, times=1), AGAIN),
        (at("CONTENT", does=Does.DROPS, times=1), UNKNOWN),
        (at("CONTENT", does=Does.SILENT, times=1), UNKNOWN),
    ],
)
def test_the_letter_after_a_break_goes_over_a_new_connection(fault: Fault, first: Result, settings: Any) -> None:
    settings.EMAIL_TIMEOUT = PATIENCE
    with sink(fault) as server:
        assert [outcome.result for outcome in send_to(server.url, settings, LETTER, to("b@x.id"))] == [first, SENT]
        assert [letter.recipient for letter in server.letters] == ["b@x.id"]
        assert server.connections == 2


def test_closing_does_not_wait_for_a_server_that_has_gone(settings: Any) -> None:
    with sink() as server:
        settings.EMAIL_URL = server.url
        post = open_post()
        post.send(LETTER)
        server.drop_connections()
        started = time.monotonic()
        post.close()
        post.close()
        assert time.monotonic() - started < 1


# --- signing in and secure connections -----------------------------------------------


def test_user_and_password_come_from_the_address(settings: Any) -> None:
    with sink(account=("tuntas", "s3cret")) as server:
        assert send_to(server.url, settings)[0].result == SENT
        assert server.signed_in == ["tuntas"]


def test_a_wrong_password_is_no_fault_of_the_letter(settings: Any) -> None:
    with sink(account=("tuntas", "s3cret")) as server:
        outcome = send_to(server.url_as("tuntas", "wr0ng"), settings)[0]
    assert outcome == Outcome(AGAIN, "The mail server answered 535 5.7.8 to AUTH", server_down=True)


def test_a_server_without_signing_in_is_not_used_without_it(settings: Any) -> None:
    with sink() as server:
        outcome = send_to(server.url_as("tuntas", "s3cret"), settings)[0]
    assert (outcome.result, server.letters) == (AGAIN, [])


def test_a_server_without_starttls_gets_nothing_in_the_clear(settings: Any) -> None:
    with sink() as server:
        outcome = send_to(server.url.replace("smtp://", "smtp+tls://tuntas:s3cret@"), settings)[0]
    assert (outcome.result, server.letters, server.commands) == (AGAIN, [], ["EHLO"])


def test_a_server_that_speaks_no_tls_is_tried_again_later(settings: Any) -> None:
    with sink() as server:
        outcome = send_to(server.url.replace("smtp://", "smtp+ssl://"), settings)[0]
    assert outcome == Outcome(AGAIN, "No secure connection to the mail server came about", server_down=True)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that nobody has signed, and a server's context with it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate of this test")
    folder = tmp_path_factory.mktemp("certificate")
    key, made = folder / "key.pem", folder / "certificate.pem"
    request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(made)]
    subprocess.run([openssl, *request.split(), *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return made, context


@pytest.mark.parametrize("security", ["tls", "ssl"])
def test_letters_go_over_a_secure_connection(
    security: str, certificate: tuple[Path, ssl.SSLContext], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with sink(account=("tuntas", "s3cret"), certificate=certificate[1], security=security) as server:
        outcomes = send_to(server.url, settings, LETTER, to("b@x.id"))
        assert [outcome.result for outcome in outcomes] == [SENT, SENT]
        assert (server.connections, server.signed_in, len(server.letters)) == (1, ["tuntas"], 2)


@pytest.mark.parametrize("security", ["tls", "ssl"])
def test_a_certificate_nobody_knows_is_not_accepted(
    security: str, certificate: tuple[Path, ssl.SSLContext], settings: Any
) -> None:
    with sink(account=("tuntas", "s3cret"), certificate=certificate[1], security=security) as server:
        outcome = send_to(server.url, settings)[0]
        assert outcome == Outcome(AGAIN, "The mail server's certificate was not accepted", server_down=True)
        assert (server.signed_in, server.letters) == ([], [])


@pytest.mark.parametrize(
    ("url", "host", "port", "security"),
    [
        ("smtp://mail.example.id", "mail.example.id", 25, "plain"),
        ("smtp+tls://u:p%40ss@mail.example.id", "mail.example.id", 587, "starttls"),
        ("smtp+ssl://u:p%40ss@mail.example.id", "mail.example.id", 465, "tls"),
        ("smtp+tls://u:p%40ss@mail.example.id:2525", "mail.example.id", 2525, "starttls"),
    ],
)
def test_the_address_names_the_server(url: str, host: str, port: int, security: str) -> None:
    server = server_of(url)
    assert (server.host, server.port, server.security) == (host, port, security)
    assert server.password == ("p@ss" if "p%40" in url else "")
    assert "p@ss" not in repr(server)


@pytest.mark.parametrize(
    "url", ["http://mail", "consolemail://", "smtp://", "smtp://u:pa/ss@mail:25", "mail.example.id"]
)
def test_an_address_of_no_mail_server_is_refused_without_its_password(url: str, settings: Any) -> None:
    settings.EMAIL_URL = url
    with pytest.raises(ImproperlyConfigured) as refusal:
        open_post()
    assert "pa/ss" not in str(refusal.value)
    assert refusal.value.__cause__ is None


# --- what arrives --------------------------------------------------------------------------


def received(settings: Any, letter: Letter) -> Sink:
    with sink() as server:
        assert send_to(server.url, settings, letter) == [Outcome(SENT)]
    return server


def test_a_letter_arrives_whole(settings: Any) -> None:
    words = "Yth. Ibu Ñurul,\n\nMohon maaf — pesanan Anda “terlambat”.\n.titik di awal\n..dua\nFrom kami 😀\n"
    letter = replace(LETTER, subject="Keluhan Anda: “pesanan” terlambat — C26-000388", text=words)
    arrived = received(settings, letter).letters[0]
    message = arrived.message
    assert (arrived.sender, arrived.recipient) == ("care@sinar.example.id", "sri@pelanggan.example.id")
    assert message["Subject"] == letter.subject
    assert arrived.body("plain") == words
    assert arrived.body("html").strip() == letter.html
    assert message.get_content_type() == "multipart/alternative"
    assert arrived.content.isascii()
    assert arrived.content.count(b"Content-Transfer-Encoding: quoted-printable") == 2
    assert all(len(line) <= 998 for line in arrived.content.split(b"\r\n"))


def test_headers_are_those_of_an_automatic_letter(settings: Any) -> None:
    message = received(settings, LETTER).letters[0].message
    assert {name: str(message[name]) for name in message if name != "Content-Type"} == {
        "Subject": LETTER.subject,
        "From": LETTER.sender,
        "To": LETTER.to,
        "Reply-To": LETTER.reply_to,
        "Date": str(message["Date"]),
        "Message-ID": LETTER.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "id",
        "List-Unsubscribe": LETTER.headers["List-Unsubscribe"],
        "MIME-Version": "1.0",
    }


def test_a_long_subject_of_many_scripts_comes_back_as_it_was(settings: Any) -> None:
    subject = "C26-000388: " + "jawaban “diperlukan” sebelum Sabtu — " * 5 + "selesai"
    message = received(settings, replace(LETTER, subject=subject)).letters[0].message
    assert message["Subject"] == subject


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("sri@x.id", "", "sri@x.id"),
        ("<sri@x.id>", "", "sri@x.id"),
        ("Ibu Sri Wahyuni, S.H. <sri@x.id>", "Ibu Sri Wahyuni, S.H.", "sri@x.id"),
        ('"PT. Sinar \\"Abadi\\"" <sri@x.id>', 'PT. Sinar "Abadi"', "sri@x.id"),
        ("Ñurul Älva 😀 <sri@x.id>", "Ñurul Älva 😀", "sri@x.id"),
        ("Sri <sri@toko-bücher.id>", "Sri", "sri@xn--toko-bcher-feb.id"),
        ("other@x.id, Sri <sri@x.id>", "other@x.id, Sri", "sri@x.id"),
        ("=?utf-8?q?Bank=20Anda?= <sri@x.id>", "=?utf-8?q?Bank=20Anda?=", "sri@x.id"),
    ],
)
def test_names_and_domains_of_any_script(written: str, name: str, address: str, settings: Any) -> None:
    arrived = received(settings, to(written)).letters[0]
    assert arrived.recipient == address
    found = arrived.message["To"].addresses
    assert [(each.display_name, each.addr_spec) for each in found] == [(name, address)]


def test_words_that_only_look_encoded_are_not_decoded(settings: Any) -> None:
    subject = "=?utf-8?q?=E2=80=AEkcatta?="
    message = received(settings, replace(LETTER, subject=subject)).letters[0].message
    assert message["Subject"] == subject


@pytest.mark.parametrize("ending", ["\r\n.\r\n", "\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n"])
def test_no_words_end_the_letter_early(ending: str, settings: Any) -> None:
    smuggled = (
        f"Sebelum{ending}MAIL FROM:<evil@x.id>\r\nRCPT TO:<all@x.id>\r\nDATA\r\nSubject: x\r\n\r\nx{ending}Sesudah"
    )
    server = received(settings, replace(LETTER, text=smuggled))
    assert [letter.recipient for letter in server.letters] == ["sri@pelanggan.example.id"]
    assert server.commands.count("MAIL") == 1
    assert server.letters[0].body("plain").split() == smuggled.split()


def test_a_letter_without_html_is_plain_text(settings: Any) -> None:
    arrived = received(settings, replace(LETTER, html="")).letters[0]
    assert (arrived.message.get_content_type(), arrived.body("plain")) == ("text/plain", LETTER.text)


# --- letters that may not go --------------------------------------------------------------

OVERRIDE, NUL, HALF = "\u202e", "\x00", "\ud83d"
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"subject": "Sudah\nBcc: all@x.id"}, "The letter has a line break in its subject"),
    ({"subject": "Sudah\rBcc: all@x.id"}, "The letter has a line break in its subject"),
    ({"subject": f"Sudah {OVERRIDE}fdp.exe"}, "The letter has a control character in its subject"),
    ({"subject": f"Sudah{NUL}"}, "The letter has a control character in its subject"),
    ({"subject": "Sudah\x85Bcc: all@x.id"}, "The letter has a control character in its subject"),
    ({"subject": "Sudah\u2028Bcc: all@x.id"}, "The letter has a control character in its subject"),
    ({"subject": f"Sudah {HALF}"}, "The letter has a control character in its subject"),
    ({"to": "Sri\r\nBcc: all@x.id <sri@x.id>"}, "The letter has a line break in its recipient's address"),
    ({"to": f"{OVERRIDE}Sri <sri@x.id>"}, "The letter has a control character in its recipient's address"),
    ({"to": "sri@x.id\n"}, "The letter has a line break in its recipient's address"),
    ({"to": "sri@x.id, all@x.id"}, "The recipient's address is not one e-mail address"),
    ({"to": "sri@x.id <all@x.id> "}, ""),
    ({"to": "sri@x.id>, <all@x.id"}, "The recipient's address is not one e-mail address"),
    ({"to": "<sri@x.id> <all@x.id>"}, "The recipient's address is not one e-mail address"),
    ({"to": "sri x@x.id"}, "The recipient's address is not one e-mail address"),
    ({"to": "sri"}, "The recipient's address is not one e-mail address"),
    ({"to": ""}, "The recipient's address is not one e-mail address"),
    ({"to": "sri@"}, "The recipient's address is not one e-mail address"),
    ({"to": "sri@x..id"}, "The recipient's address is not one e-mail address"),
    ({"to": f"sri@{'ü' * 70}.id"}, "The recipient's address is not one e-mail address"),
    ({"to": "ñurul@x.id"}, "The recipient's address has letters before the @ that mail servers do not take"),
    ({"sender": "Sinar"}, "The sender's address is not one e-mail address"),
    ({"sender": "Sinar\n <care@x.id>"}, "The letter has a line break in its sender's address"),
    ({"reply_to": "care@x.id\r\nBcc: all@x.id"}, "The letter has a line break in its reply address"),
    ({"reply_to": "care"}, "The reply address is not one e-mail address"),
    ({"headers": {"X-Case": "1\r\nBcc: all@x.id"}}, "The letter has a line break in its headers"),
    ({"headers": {"X-Case\r\nBcc": "all@x.id"}}, "The letter has a line break in its headers"),
    ({"headers": {"bcc": "all@x.id"}}, "The letter sets a header that is not its own to set"),
    ({"headers": {"X Case": "1"}}, "The letter sets a header that is not its own to set"),
    ({"message_id": "<x>"}, "The letter has no proper Message-ID"),
    ({"message_id": "<a@b>\r\nBcc: all@x.id"}, "The letter has no proper Message-ID"),
    ({"text": HALF}, "The letter could not be built: UnicodeEncodeError"),
    ({"subject": None}, "The letter could not be built: TypeError"),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED, ids=[str(number) for number in range(len(REFUSED))])
def test_a_letter_that_may_not_go_fails_with_a_sentence(changes: dict[str, Any], reason: str, settings: Any) -> None:
    with sink() as server:
        outcome = send_to(server.url, settings, replace(LETTER, **changes))[0]
        assert outcome == (Outcome(FAILED, reason) if reason else Outcome(SENT))
        assert server.connections == (0 if reason else 1)
        assert [letter.recipient for letter in server.letters] == ([] if reason else ["all@x.id"])


def test_the_end_of_the_worker_s_time_is_no_fault_of_the_letter(settings: Any) -> None:
    """Celery raises it wherever the worker happens to be."""
    with sink() as server:
        for place in ("post.build", "smtp._stuffed", "smtp.ssl.create_default_context"):
            with patch(f"complaints.delivery.{place}", side_effect=SoftTimeLimitExceeded):
                url = server.url.replace("smtp://", "smtp+ssl://") if "ssl" in place else server.url
                assert send_to(url, settings)[0].result == AGAIN, place
    assert server.letters == []


def test_a_mistake_of_ours_ends_as_an_outcome_and_stops_no_other_letter(settings: Any) -> None:
    first_fails = [RuntimeError(SECRET), b"Subject: the second\r\n\r\n"]
    with sink() as server, patch("complaints.delivery.smtp._stuffed", side_effect=first_fails):
        first, second = send_to(server.url, settings, LETTER, LETTER)
    assert first == Outcome(AGAIN, "The connection to the mail server broke: RuntimeError", server_down=True)
    assert (second.result, server.connections) == (SENT, 2)


# --- nothing is let slip ---------------------------------------------------------------------


def test_the_repr_of_a_letter_shows_no_words_links_or_addresses() -> None:
    shown = repr(LETTER) + repr(build(LETTER))
    assert LETTER.uid in shown
    for private in (SECRET, "Wahyuni", "sri@", "care", "Keluhan"):
        assert private not in shown


def test_neither_reasons_nor_logs_nor_the_screen_name_anybody(
    settings: Any, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG", logger="complaints")
    reasons = []
    for fault in (
        at("MAIL", says="553 5.1.8 care@sinar.example.id is not yours"),
        at("RCPT", says="550 5.1.1 sri@pelanggan.example.id is unknown"),
        at("CONTENT", says=f"554 5.7.1 Link {SECRET} is spam, Ms Wahyuni"),
    ):
        with sink(fault) as server:
            reasons += [outcome.reason for outcome in send_to(server.url, settings)]
    ours = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("complaints"))
    told = " ".join([*reasons, ours, *capfd.readouterr()])
    assert len(reasons) == 3
    for private in (SECRET, "Wahyuni", "pelanggan", "sinar.example"):
        assert private not in told


def test_the_same_letter_twice_has_the_same_number(settings: Any) -> None:
    with sink() as server:
        send_to(server.url, settings, LETTER, LETTER)
    assert [str(letter.message["Message-ID"]) for letter in server.letters] == [LETTER.message_id] * 2
    assert parseaddr(str(server.letters[0].message["From"]))[1] == "care@sinar.example.id"


def test_the_server_is_the_way_when_one_is_named(settings: Any) -> None:
    settings.EMAIL_URL = "smtp://mail.example.id"
    assert isinstance(open_post(), SmtpPost)
