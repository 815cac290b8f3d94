"""Files: taken when they are what they say, kept with their hash, handed out as downloads to whoever may read them."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from complaints.actions.handoff import settle_handoff
from complaints.actions.moves import MoveRefused, NotYours
from complaints.actions.verification import CheckedFile, add_evidence
from complaints.forms.files import checked, clean_name
from complaints.models import Complaint, Evidence, Handoff
from tests import factories
from tests.complaints.handoff_forms import PDF, PNG, answered, post, returned, typed, upload, url
from tests.factories import Cast

A_FILE = CheckedFile("INV-8812.pdf", "application/pdf", PDF)


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return factories.in_progress(cast)


@pytest.fixture
def handoff(cast: Cast, complaint: Complaint) -> Handoff:
    return factories.handed_off(cast, complaint)


def fetch(client: Client, evidence: Evidence) -> Any:
    return client.get(reverse("complaints:evidence", args=[evidence.pk]))


# -- what is taken --------------------------------------------------------------
FTYP = b"\x00\x00\x00\x18ftyp"


@pytest.mark.parametrize(
    ("name", "content", "declared", "kept_as"),
    [
        ("a.pdf", PDF, "application/pdf", "application/pdf"),
        ("a.PDF", PDF, "application/octet-stream", "application/pdf"),
        ("a.png", PNG, "image/png", "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 40, "image/jpeg", "image/jpeg"),
        ("a.jpeg", b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM" + b"\x00" * 40, "image/jpg", "image/jpeg"),
        ("a.gif", b"GIF89a\x01\x00\x01\x00\x80" + b"\x00" * 40, "image/gif", "image/gif"),
        ("a.webp", b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 40, "image/webp", "image/webp"),
        ("a.heic", FTYP + b"mif1\x00\x00\x00\x00mif1heic" + b"\x00" * 40, "", "image/heic"),
        ("a.mp3", b"\xff\xf3\x90\x64" + b"\x00" * 40, "audio/mpeg", "audio/mpeg"),
        ("a.m4a", FTYP + b"M4A \x00\x00\x00\x00M4A mp42" + b"\x00" * 40, "audio/x-m4a", "audio/mp4"),
        ("a.wav", b"RIFF\x24\x00\x00\x00WAVEfmt \x10" + b"\x00" * 40, "audio/wav", "audio/wav"),
        ("a.ogg", b"OggS\x00\x02" + b"\x00" * 40, "audio/ogg", "audio/ogg"),
        ("a.amr", b"#!AMR\n" + b"\x00" * 40, "audio/amr", "audio/amr"),
        ("a.mp4", FTYP + b"isom\x00\x00\x02\x00isomiso2" + b"\x00" * 40, "video/mp4", "video/mp4"),
        ("a.3gp", FTYP + b"3gp4\x00\x00\x00\x00" + b"\x00" * 40, "video/3gpp", "video/3gpp"),
        ("a.mov", b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00" + b"\x00" * 40, "video/quicktime", "video/quicktime"),
        ("chat.txt", "14.20 Rina: garansinya dua tahun 👍\n".encode(), "text/plain", "text/plain"),
        ("wide.txt", "Garansi\n".encode("utf-16"), "text/plain", "text/plain"),
        ("log.csv", b"at,what\n14:20,call\n", "application/vnd.ms-excel", "text/csv"),
    ],
)  # fmt: skip
def test_a_file_that_is_what_it_says_is_taken(name: str, content: bytes, declared: str, kept_as: str) -> None:
    file = checked(upload(name, content, declared))
    assert (file.name, file.media_type, file.content) == (name, kept_as, content)


@pytest.mark.parametrize(
    ("name", "content", "declared"),
    [
        ("photo.png", b"<html><script>alert(1)</script></html>", "image/png"),
        ("photo.png", PDF, "image/png"),
        ("photo.png", PNG, "text/html"),
        ("photo.png", PNG + b"<script>alert(1)</script>", "image/png"),
        ("page.html", b"<!doctype html>", "text/html"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        ("drawing.txt", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain"),
        ("page.txt", b"hello <SCRIPT>alert(1)</SCRIPT>", "text/plain"),
        ("binary.txt", b"abc\x00\x01\x02", "text/plain"),
        ("latin.txt", b"caf\xe9 latte", "text/plain"),
        ("wide.txt", "<script>alert(1)</script>".encode("utf-16"), "text/plain"),
        ("run.exe", b"MZ\x90\x00" + b"\x00" * 40, "application/octet-stream"),
        ("run.pdf", b"MZ\x90\x00" + b"\x00" * 40, "application/pdf"),
        ("letter.docx", b"PK\x03\x04" + b"\x00" * 40, "application/zip"),
        ("picture.gif", b"GIF89a/*%PDF-1.4" + b"\x00" * 40, "image/gif"),
        ("both.png", PNG + b"PK\x05\x06" + b"\x00" * 18, "image/png"),
        ("noending", PDF, "application/pdf"),
        (".pdf", PDF, "application/pdf"),
    ],
)
def test_a_file_of_another_kind_or_with_two_faces_is_refused(name: str, content: bytes, declared: str) -> None:
    with pytest.raises(ValidationError) as problem:
        checked(upload(name, content, declared))
    assert problem.value.code == "file_kind"


@pytest.mark.parametrize(
    ("typed_name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\rina\\nota.pdf", "nota.pdf"),
        ("no\x00ta\r\n 1.pdf", "nota 1.pdf"),
        ("gpj.\u202eexe.pdf", "gpj.exe.pdf"),
        ("nota.pdf.", "nota.pdf"),
        ("é" * 300 + ".pdf", "é" * 196 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(typed_name: str, kept: str) -> None:
    assert clean_name(typed_name) == kept


# -- keeping ---------------------------------------------------------------------
def test_a_file_is_kept_with_its_hash(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    answer = post(as_user(cast.agent), "evidence-new", complaint, kind="receipt", note="The receipt", file=upload())
    assert answer.url == complaint.get_absolute_url()
    evidence = complaint.evidence.get()
    assert evidence.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (evidence.name, evidence.media_type, evidence.size) == ("INV-8812.pdf", "application/pdf", len(PDF))
    assert evidence.file.read() == PDF
    assert "INV" not in evidence.file.name


def test_the_same_upload_twice_is_one_row(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    client, form = as_user(cast.agent), typed(kind="receipt", note="")
    first = client.post(url("evidence-new", complaint), {**form, "file": upload()})
    second = client.post(url("evidence-new", complaint), {**form, "file": upload()})
    assert first.url == second.url
    assert complaint.evidence.count() == 1
    other = client.post(url("evidence-new", complaint), {**form, "file": upload("other.pdf")})
    assert other.status_code == 409
    assert complaint.evidence.count() == 1


@override_settings(EVIDENCE_MAX_BYTES=50)
def test_too_big_is_said_with_both_sizes(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    page = post(as_user(cast.agent), "evidence-new", complaint, kind="receipt", file=upload(content=PDF + b"0" * 40))
    assert page.status_code == 422
    assert "The most is 50\xa0bytes. Send it in parts or by post" in page.content.decode()


def test_two_faced_and_empty_files_come_back_with_a_sentence(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    client = as_user(cast.agent)
    two_faced = post(client, "evidence-new", complaint, kind="receipt", note="Nota", file=upload("a.png", PDF))
    assert two_faced.status_code == 422
    assert "This file is not what its name says. Send a picture or a PDF" in two_faced.content.decode()
    assert "Nota" in two_faced.content.decode()
    empty = post(client, "evidence-new", complaint, kind="receipt", file=upload(content=b""))
    assert empty.status_code == 422
    assert "This file is empty" in empty.content.decode()
    assert not complaint.evidence.exists()


def test_a_recording_needs_consent(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    client = as_user(cast.agent)
    said = {"kind": "recording", "note": "Call of 14 Nov, on the server"}
    page = post(client, "evidence-new", complaint, **said)
    assert page.status_code == 422
    assert "A recording needs the agreement of the person recorded" in page.content.decode()
    assert post(client, "evidence-new", complaint, **said, has_consent="on").status_code == 302
    with pytest.raises(MoveRefused):
        add_evidence(complaint, by=cast.agent, kind="recording", note="Another")


def test_neither_file_nor_note_is_nothing_to_keep(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    page = post(as_user(cast.agent), "evidence-new", complaint, kind="cctv")
    assert page.status_code == 422
    assert "Choose a file, or write where the thing is" in page.content.decode()


@pytest.mark.parametrize(("name", "status"), [("colleague", 200), ("officer", 404), ("outsider", 404)])
def test_case_workers_add_evidence(cast: Cast, complaint: Complaint, as_user: Any, name: str, status: int) -> None:
    assert as_user(getattr(cast, name)).get(url("evidence-new", complaint)).status_code == status


def test_a_refused_transaction_leaves_a_file_that_nothing_names(cast: Cast, complaint: Complaint) -> None:
    with transaction.atomic():
        add_evidence(complaint, by=cast.agent, kind="receipt", file=A_FILE)
        transaction.set_rollback(True)
    assert not Evidence.objects.exists()
    assert len([path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]) == 1


# -- on a handoff ---------------------------------------------------------------------
def test_an_officer_adds_to_an_open_handoff_and_both_sides_read_it(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    client = as_user(cast.officer)
    answer = post(
        client, "handoff-file-new", handoff, kind="cctv", note="Camera 3", file=upload("c.png", PNG, "image/png")
    )
    assert answer.url == handoff.get_absolute_url()
    evidence = handoff.files.get()
    assert evidence.complaint == handoff.complaint
    for person in (cast.officer, cast.agent):
        assert b"".join(fetch(as_user(person), evidence).streaming_content) == PNG


def test_an_officer_adds_nothing_to_one_that_is_over_or_not_theirs(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    assert as_user(cast.finance_officer).get(url("handoff-file-new", handoff)).status_code == 404
    with pytest.raises(NotYours):
        add_evidence(handoff.complaint, by=cast.finance_officer, kind="cctv", note="x", handoff=handoff)
    over = answered(cast, handoff.complaint)
    settle_handoff(over, by=cast.agent, words="Enough.")
    assert post(as_user(cast.officer), "handoff-file-new", over, kind="cctv", note="x").status_code == 409
    returned(cast, handoff)
    assert post(as_user(cast.officer), "handoff-file-new", handoff, kind="cctv", note="x").status_code == 404
    with pytest.raises(MoveRefused):
        add_evidence(handoff.complaint, by=cast.officer, kind="cctv", note="x", handoff=handoff)


# -- handing out ----------------------------------------------------------------------
@pytest.fixture
def evidence(cast: Cast, complaint: Complaint) -> Evidence:
    return add_evidence(complaint, by=cast.agent, kind="receipt", file=A_FILE)


def test_a_file_is_a_download_the_browser_does_not_run(cast: Cast, evidence: Evidence, as_user: Any) -> None:
    answer = fetch(as_user(cast.colleague), evidence)
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="INV-8812.pdf"'
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == PDF


def test_a_name_of_any_script_survives_the_header(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    file = CheckedFile('nota "ทดสอบ".pdf', "application/pdf", PDF)
    evidence = add_evidence(complaint, by=cast.agent, kind="receipt", file=file)
    assert fetch(as_user(cast.agent), evidence)["Content-Disposition"].startswith("attachment; filename*=utf-8''nota")


@pytest.mark.parametrize("name", ["officer", "finance_officer", "outsider", "administrator"])
def test_who_does_not_see_it_finds_nothing(cast: Cast, evidence: Evidence, as_user: Any, name: str) -> None:
    assert fetch(as_user(getattr(cast, name)), evidence).status_code == 404


def test_a_department_reads_what_its_handoff_shows_and_no_more(
    cast: Cast, complaint: Complaint, evidence: Evidence, as_user: Any
) -> None:
    handoff = factories.handed_off(cast, complaint, files=[evidence])
    assert fetch(as_user(cast.officer), evidence).status_code == 200
    assert fetch(as_user(cast.finance_officer), evidence).status_code == 404
    returned(cast, handoff)
    assert fetch(as_user(cast.officer), evidence).status_code == 404


def test_signed_out_it_leads_to_the_door(client: Client, evidence: Evidence) -> None:
    assert fetch(client, evidence).status_code == 302


def test_a_file_that_is_gone_from_the_disk_is_said(cast: Cast, evidence: Evidence, as_user: Any) -> None:
    Path(evidence.file.path).unlink()
    page = fetch(as_user(cast.agent), evidence)
    assert page.status_code == 410
    assert "The file is not there any more" in page.content.decode()


def test_a_note_without_a_file_is_nothing_to_fetch(cast: Cast, complaint: Complaint, as_user: Any) -> None:
    assert fetch(as_user(cast.agent), factories.with_evidence(cast, complaint)).status_code == 404
