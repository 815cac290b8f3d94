"""The folder that stands in for a mail server."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from complaints.delivery import FolderPost, Letter, Outcome, Result, open_post
from complaints.delivery.files import outbox, read

UID = "5f0e8a52-90a5-4f7e-8a0b-7f3c2f1f0c11"
SECRET = "q9Zk_secret-of-the-link-31"
LETTER = Letter(
    uid=UID,
    message_id=f"<{UID}@tuntas.example.id>",
    sender="Sinar Elektronik <care@sinar.example.id>",
    reply_to="",
    to="Ibu Ñurul <nurul@pelanggan.example.id>",
    subject="Keluhan Anda: “pesanan” terlambat",
    text=f"Yth. Ibu Ñurul,\n\nLihat — di sini:\nhttp://127.0.0.1:8000/s/{SECRET}/\n",
    html="<p>Yth. Ibu Ñurul,</p>\n",
    language="id",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "outbox"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_letter_is_read_as_it_was_sent(folder: Path) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    with FolderPost(folder) as post:
        assert post.send(LETTER) == Outcome(Result.SENT)
    (found,) = read(folder, UID)
    assert (found.uid, found.subject, found.sender, found.to) == (UID, LETTER.subject, LETTER.sender, LETTER.to)
    assert (found.text, found.html) == (LETTER.text, LETTER.html)
    assert (found.headers["Message-ID"], found.headers["Content-Language"]) == (LETTER.message_id, "id")
    assert before < found.at < datetime.now(UTC) + timedelta(seconds=2)
    assert SECRET not in repr(found)


def test_a_letter_without_html_has_none(folder: Path) -> None:
    FolderPost(folder).send(replace(LETTER, html=""))
    (found,) = read(folder, UID)
    assert (found.text, found.html) == (LETTER.text, "")


def test_every_attempt_is_a_file_and_the_newest_is_read_first(folder: Path) -> None:
    post = FolderPost(folder)
    for number in range(1, 12):
        post.send(replace(LETTER, subject=f"Kali ke-{number}"))
    assert len(names(folder)) == 11
    assert [found.subject for found in read(folder, UID)] == [f"Kali ke-{number}" for number in range(11, 0, -1)]


def test_only_the_server_s_user_can_read_them(folder: Path) -> None:
    old = os.umask(0)
    try:
        FolderPost(folder).send(LETTER)
    finally:
        os.umask(old)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / f"{UID}-1.eml").stat().st_mode) == 0o600


@pytest.mark.parametrize("where", ["os.fsync", "os.replace", "tempfile.mkstemp"])
def test_a_disk_that_refuses_is_tried_again_and_leaves_nothing_half_written(where: str, folder: Path) -> None:
    post = FolderPost(folder)
    post.send(LETTER)
    with patch(f"complaints.delivery.files.{where}", side_effect=OSError(errno.ENOSPC, f"No room for {SECRET}")):
        outcome = post.send(LETTER)
    assert outcome == Outcome(Result.AGAIN, "The folder of letters could not be written (ENOSPC)", server_down=True)
    assert names(folder) == [f"{UID}-1.eml"]
    assert post.send(LETTER).result == Result.SENT


def test_a_file_in_the_folder_s_place_is_tried_again_later(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("not a folder")
    assert FolderPost(folder).send(LETTER).result == Result.AGAIN
    assert read(folder, UID) == []


@pytest.mark.parametrize(
    "uid", ["../../etc/passwd", "x", "", "..", UID.upper(), f"{{{UID}}}", UID.replace("-", ""), f"{UID}\n", "*"]
)
def test_only_a_uuid_makes_a_file_name(uid: str, folder: Path) -> None:
    outcome = FolderPost(folder).send(replace(LETTER, uid=uid))
    assert outcome == Outcome(Result.FAILED, "The letter's number is not a UUID")
    assert not folder.exists()
    assert read(folder, uid) == []


def test_a_letter_no_mail_server_would_take_is_not_delivered_here_either(folder: Path) -> None:
    outcome = FolderPost(folder).send(replace(LETTER, subject="Sudah\nBcc: all@x.id"))
    assert outcome == Outcome(Result.FAILED, "The letter has a line break in its subject")
    assert not folder.exists()


def test_garbage_in_the_folder_is_passed_over(folder: Path, tmp_path: Path) -> None:
    FolderPost(folder).send(LETTER)
    elsewhere = tmp_path / "elsewhere.eml"
    elsewhere.write_bytes((folder / f"{UID}-1.eml").read_bytes())
    head = b"Message-ID: <x@y>\r\nSubject: x\r\nFrom: x\r\nTo: x\r\n"
    for number, garbage in enumerate(
        (
            b"",
            os.urandom(4000),
            b"Subject: x\r\n\r\nno number",
            b"Message-ID: <x@y>\r\n\r\nno subject",
            head + b'Content-Type: text/plain; charset="nonsense"\r\n\r\nx',
            head + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\xff=\xfe",
            head + b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--y",
        ),
        start=2,
    ):
        (folder / f"{UID}-{number}.eml").write_bytes(garbage)
    (folder / f"{UID}-20.eml").symlink_to(elsewhere)
    (folder / f"{UID}-21.eml").mkdir()
    os.mkfifo(folder / f"{UID}-22.eml")
    (folder / f"{UID}-0.eml").write_bytes(elsewhere.read_bytes())
    (folder / f"{UID}-1.eml.part").write_bytes(elsewhere.read_bytes())
    found = read(folder, UID)
    assert found[-1].subject == LETTER.subject
    assert len([each for each in found if each.text == LETTER.text]) == 1
    assert read(folder, "5f0e8a52-90a5-4f7e-8a0b-7f3c2f1f0c12") == []


def test_a_folder_that_is_not_there_holds_no_letter(folder: Path) -> None:
    assert read(folder, UID) == []


def test_without_a_mail_server_letters_stay_in_the_home(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_URL, settings.HOME = "", tmp_path
    with open_post() as post:
        assert post.send(LETTER).result == Result.SENT
    assert outbox() == tmp_path / "outbox"
    assert len(read(outbox(), UID)) == 1
