"""Files that come in: looked at before they are kept.

A file is taken when its name, the type the browser declares and its first bytes
all say the same, and when that is a kind from the list (product.md section 10).
Nothing is ever decoded, unpacked or rendered here, so a bomb inside a picture
has nothing to go off in.
"""

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import puremagic
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actions.verification import CheckedFile
from complaints.forms.base import DIRECTION_OVERRIDES, DeskForm, Line
from complaints.models import Evidence

LONGEST_NAME = 200
HEAD = 1024  # bytes in which a second face would have to show itself to a browser


@dataclass(frozen=True)
class FileType:
    media_type: str
    endings: frozenset[str]
    signs: frozenset[str]  # what puremagic may call it; none for text
    declared: frozenset[str]  # what browsers call it besides the media type


def _type(media_type: str, endings: str, signs: str = "", declared: str = "") -> FileType:
    return FileType(media_type, *(frozenset(words.split()) for words in (endings, signs or endings, declared)))


TEXT = (
    FileType("text/plain", frozenset({".txt"}), frozenset(), frozenset()),
    FileType(
        "text/csv",
        frozenset({".csv"}),
        frozenset(),
        frozenset({"text/plain", "application/csv", "application/vnd.ms-excel", "text/comma-separated-values"}),
    ),
)
TYPES = (
    _type("application/pdf", ".pdf", declared="application/x-pdf"),
    _type("image/jpeg", ".jpg .jpeg", declared="image/jpg image/pjpeg"),
    _type("image/png", ".png"),
    _type("image/gif", ".gif"),
    _type("image/webp", ".webp"),
    _type("image/heic", ".heic .heif", declared="image/heif"),
    _type("audio/mpeg", ".mp3", ".mp3 .mpga", "audio/mp3 audio/x-mp3"),
    _type("audio/mp4", ".m4a", ".m4a .mp4", "audio/x-m4a audio/m4a audio/aac video/mp4"),
    _type("audio/wav", ".wav", declared="audio/x-wav audio/wave audio/vnd.wave"),
    _type("audio/ogg", ".ogg .oga .opus", declared="application/ogg video/ogg audio/opus"),
    _type("audio/amr", ".amr", declared="audio/3gpp"),
    _type("video/mp4", ".mp4 .m4v", ".mp4 .m4v .m4a", "video/x-m4v audio/mp4"),
    _type("video/3gpp", ".3gp", ".3gp .3ga .mp4", "audio/3gpp"),
    _type("video/quicktime", ".mov"),
    *TEXT,
)  # fmt: skip
BY_ENDING = {ending: each for each in TYPES for ending in each.endings}
ACCEPT = ",".join(BY_ENDING)

MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<iframe", b"<?php", b"<?xml", b"%pdf-")


class CheckedFileField(forms.FileField):
    """Gives a CheckedFile, or a sentence why not."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("File"))
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": ACCEPT}))
        kwargs.setdefault("help_text", gettext_lazy("A picture, a PDF, a sound, a film or plain text"))
        super().__init__(**kwargs)
        self.error_messages.update(
            required=gettext_lazy("Choose a file"),
            invalid=gettext_lazy("Choose a file"),
            missing=gettext_lazy("Choose a file"),
            empty=gettext_lazy("This file is empty. Choose another"),
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        return checked(upload) if upload else None


def checked(upload: UploadedFile) -> CheckedFile:
    """Raises ValidationError for a file too big, of another kind than it says, or with two faces."""
    size = upload.size or 0
    if size > settings.EVIDENCE_MAX_BYTES:
        sizes = {"size": filesizeformat(size), "max": filesizeformat(settings.EVIDENCE_MAX_BYTES)}
        words = _("The file is %(size)s. The most is %(max)s. Send it in parts or by post") % sizes
        raise ValidationError(words, code="file_big")
    name = clean_name(upload.name or "")
    kind = BY_ENDING.get(PurePosixPath(name).suffix.lower())
    content = upload.read()
    if kind is None or not _is_what_it_says(kind, upload.content_type or "", content):
        words = _("This file is not what its name says. Send a picture or a PDF")
        raise ValidationError(words, code="file_kind")
    return CheckedFile(name=name, media_type=kind.media_type, content=content)


def clean_name(name: str) -> str:
    """The last part of a path, without control characters, the ending kept, 200 characters at most."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in DIRECTION_OVERRIDES)
    path = PurePosixPath(" ".join(shown.split()).strip(" ."))
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix


def _is_what_it_says(kind: FileType, content_type: str, content: bytes) -> bool:
    """A browser that does not know the type says nothing, or octet-stream."""
    declared = content_type.split(";")[0].strip().lower()
    said = {"", "application/octet-stream", kind.media_type} | kind.declared
    return declared in said and _looks_like(kind, content) and not _has_two_faces(kind, content)


def _looks_like(kind: FileType, content: bytes) -> bool:
    if kind in TEXT:
        return _is_text(content)
    return bool(_signs(content) & kind.signs)


def _signs(content: bytes) -> set[str]:
    """What the first bytes may be, as endings. Two kinds a phone writes are not in puremagic's list."""
    try:
        signs = {match.extension for match in puremagic.magic_string(content[: 4 * HEAD])}
    except (puremagic.PureError, ValueError):
        signs = set()
    if content[:1] == b"\xff" and len(content) > 1 and content[1] & 0xE6 == 0xE2:
        signs.add(".mp3")
    if content[4:12] in (b"ftypmif1", b"ftypmsf1", b"ftypheix"):
        signs.add(".heic")
    return signs


def _is_text(content: bytes) -> bool:
    """UTF-8, or UTF-16 as old Notepads write it, without control characters and without markup in either."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return False
    if any(unicodedata.category(c) == "Cc" and c not in "\n\r\t\f" for c in text):
        return False
    beginning = text[:HEAD].lower()
    return not any(mark.decode() in beginning for mark in MARKUP)


def _has_two_faces(kind: FileType, content: bytes) -> bool:
    """Markup, a script or a PDF inside the beginning of something else, or an archive hung on its end."""
    head = content[:HEAD].lower()
    own = 1 if kind.media_type == "application/pdf" else 0  # a PDF begins with its own mark
    if any(mark in head[own:] for mark in MARKUP):
        return True
    end = content.rfind(b"PK\x05\x06")
    return end >= 0 and end + 22 + int.from_bytes(content[end + 20 : end + 22], "little") == len(content)


def capitals(choices: Any) -> list[tuple[str, Any]]:
    """A model's choices as a form says them: each begins a line."""
    return [(value, capfirst(label)) for value, label in choices]


class FileForm(DeskForm):
    """A form with a file in it. A browser does not send a file twice: when something else is wrong, it is said."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors and "file" not in self.errors and self.files.get(self.add_prefix("file")):
            self.add_error("file", _("Choose the file again: the page could not keep it"))
        return cleaned


class _EvidenceForm(FileForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        choices=capitals(Evidence.Kind.choices),
        widget=forms.RadioSelect(attrs={"data-chips": ""}),
        error_messages={"required": gettext_lazy("Choose what it is")},
    )
    file = CheckedFileField(required=False)
    note = Line(
        label=gettext_lazy("What it shows"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Without a file: where the thing is, and who has it"),
    )
    has_consent = forms.BooleanField(label=gettext_lazy("The person recorded agreed"), required=False)

    def clean(self) -> dict[str, Any]:
        kind, said = self.cleaned_data.get("kind"), self.cleaned_data
        if "file" not in self.errors and not said.get("file") and not said.get("note"):
            self.add_error("file", _("Choose a file, or write where the thing is"))
        if kind == Evidence.Kind.RECORDING and not said.get("has_consent"):
            self.add_error("has_consent", _("A recording needs the agreement of the person recorded"))
        return super().clean()

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("kind", "file", "note", "has_consent")}


class EvidenceForm(_EvidenceForm):
    """Something kept with the complaint."""


class HandoffFileForm(_EvidenceForm):
    """Something shown to, or by, the department."""
