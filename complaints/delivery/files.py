"""The folder that stands in for a mail server: one `.eml` file for each attempt, readable as a local inbox.

The files hold live links: the folder belongs to the server's user alone, and its pages are for staff who signed in.
"""

import os
import re
import tempfile
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from errno import errorcode
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from django.conf import settings

from complaints.delivery.post import Letter, Outcome, Parcel, Result, packed


@dataclass(frozen=True)
class Delivered:
    """A letter in the folder, as its reader sees it."""

    uid: str
    at: datetime  # when the file was written, by the wall clock, UTC
    subject: str = field(repr=False)
    sender: str = field(repr=False)
    to: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)


class FolderPost:
    """Puts letters into a folder, made if missing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Nothing stays open between two letters."""

    def send(self, letter: Letter) -> Outcome:
        """SENT, AGAIN while the disk refuses, FAILED for a letter that no mail server would take either."""
        parcel = packed(letter)
        if isinstance(parcel, Outcome):
            return parcel
        if not _is_uid(letter.uid):
            return Outcome(Result.FAILED, "The letter's number is not a UUID")
        try:
            self._put(letter.uid, parcel)
        except OSError as error:
            why = errorcode.get(error.errno or 0, type(error).__name__)
            return Outcome(Result.AGAIN, f"The folder of letters could not be written ({why})", server_down=True)
        return Outcome(Result.SENT)

    def _put(self, uid: str, parcel: Parcel) -> None:
        """Whole or not at all: under another name first, on the disk, then renamed."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".part")  # mode 0600
        try:
            with open(handle, "wb") as file:
                file.write(parcel.content)
                file.flush()
                os.fsync(file.fileno())
            last = max(_attempts(self.folder, uid), default=0)
            os.replace(unfinished, self.folder / f"{uid}-{last + 1}.eml")
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise


def outbox() -> Path:
    """Where letters lie while no mail server is named."""
    return Path(settings.HOME) / "outbox"


def read(folder: Path, uid: str) -> list[Delivered]:
    """Every delivery of this letter, newest first. Whatever else lies in the folder is passed over, never raised."""
    if not _is_uid(uid):
        return []
    found = sorted(_attempts(folder, uid).items(), reverse=True)
    return [delivered for _, path in found if (delivered := _opened(path, uid))]


def _is_uid(uid: str) -> bool:
    """In its one usual spelling, so that it can stand in a path."""
    try:
        return str(uuid.UUID(uid)) == uid
    except ValueError:
        return False


def _attempts(folder: Path, uid: str) -> dict[int, Path]:
    name = re.compile(rf"{uid}-([1-9][0-9]{{0,5}})\.eml")
    try:
        return {int(match[1]): path for path in folder.iterdir() if (match := name.fullmatch(path.name))}
    except OSError:
        return {}


def _opened(path: Path, uid: str) -> Delivered | None:
    try:
        # Neither a link out of the folder nor something that never ends, such as a pipe.
        if path.is_symlink() or not path.is_file():
            return None
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return _parsed(uid, at, message_from_bytes(path.read_bytes(), policy=policy.default))
    except Exception:
        # Not one of our letters: the parser of the standard library fails on garbage in many ways.
        return None


def _parsed(uid: str, at: datetime, message: EmailMessage) -> Delivered | None:
    headers = {name: str(value) for name, value in message.items()}
    if "Message-ID" not in headers:
        return None
    return Delivered(
        uid,
        at,
        subject=headers["Subject"],
        sender=headers["From"],
        to=headers["To"],
        text=_body(message, "plain"),
        html=_body(message, "html"),
        headers=headers,
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return cast(str, part.get_content()).replace("\r\n", "\n") if part else ""
