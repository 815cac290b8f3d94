"""A party beyond the organisation reads its packet by a link and accepts, answers or returns: nothing else is there."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from complaints import clock
from complaints.actions import handoff as actions
from complaints.actions import intake, verification
from complaints.actions.details import mark_person_complained_of
from complaints.models import Department, Evidence, Handoff, HandoffEntry, Message, User
from complaints.tasks import lapse_handoffs
from complaints.timeline import flaws
from tests import factories
from tests.complaints.handoff_forms import PDF, upload
from tests.complaints.links import (
    browser,
    checksums,
    delivered,
    forms_in,
    links_in,
    outside,
    press,
    pressed,
    reads,
    shown,
    status,
    words,
)
from tests.complaints.test_at_the_same_time import together
from tests.factories import Cast


@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> Iterator[None]:
    cache.clear()
    with override_settings(HOME=tmp_path, EMAIL_URL=""):
        yield


@pytest.fixture
def handoff(cast: Cast) -> Handoff:
    return handed_over(cast)


def handed_over(cast: Cast, **facts: Any) -> Handoff:
    workshop = Department.objects.create(name="Bengkel Jaya", is_outside=True, email="bengkel@example.test")
    complaint = factories.in_progress(cast)
    return factories.handed_off(cast, complaint, department=workshop, told_customer="Kami tanya bengkel.", **facts)


def now(handoff: Handoff) -> Handoff:
    return Handoff.objects.select_related("complaint").get(pk=handoff.pk)


def english(page: str) -> str:
    return f"{page}?lang=en"


def refused(answer: Any, status_code: int = 422) -> str:
    assert answer.status_code == status_code
    return words(answer.content.decode())


def answers(page: str, **typed: Any) -> Any:
    return press(page, **{"act": "answer", "words": "14.20 Kompresor diganti.", **typed})


# -- what it reads ----------------------------------------------------------------------------
def test_the_packet_and_nothing_more(cast: Cast) -> None:
    handoff = handed_over(cast)
    complaint = handoff.complaint
    mark_person_complained_of(complaint, person=factories.person("Ratna Kasir", cast.sales, "officer"), by=cast.agent)
    intake.add_note(complaint, by=cast.agent, words="INTERNALNOTE")
    factories.handed_off(cast, complaint, question="OTHERQUESTION")
    shown_file = verification.add_evidence(
        complaint, by=cast.agent, kind="receipt", file=verification.CheckedFile("nota.pdf", "application/pdf", PDF)
    )
    verification.add_evidence(
        complaint, by=cast.agent, kind="cctv", file=verification.CheckedFile("HIDDEN.pdf", "application/pdf", PDF)
    )
    actions.attach(handoff, [shown_file])
    page = outside(handoff)
    text = reads(page)
    for part in ("Was a 2-year warranty promised?", complaint.narrative, "Refund", "Rp450.000", "Kami tanya bengkel."):
        assert part in text, part
    assert "Andi needs your answer by" in text
    assert "nota.pdf" in text
    html = shown(page)
    for secret in (
        "INTERNALNOTE", "OTHERQUESTION", "HIDDEN.pdf", "Ratna", "Pratama", "Sri", "Wahyuni", "+62812", "sri@",
        complaint.topic, "Kulkas itu mahal",
    ):  # fmt: skip
        assert secret not in html, secret


def test_its_letter_leads_there_in_the_language_of_the_complaint(cast: Cast) -> None:
    handed_over(cast)
    [page] = {path for path in links_in(delivered(Message.objects.get(kind="handoff_outside"))) if "/h/" in path}
    answer = browser().get(page)
    assert (answer.status_code, answer["Content-Language"]) == (200, "id")
    assert "Was a 2-year warranty promised?" in answer.content.decode()


def test_a_link_of_a_customer_opens_no_packet_and_the_other_way_round(cast: Cast, handoff: Handoff) -> None:
    customers, theirs = status(handoff.complaint).split("/")[2], outside(handoff).split("/")[2]
    assert browser().get(f"/h/{customers}/").status_code == 404
    assert browser().get(f"/s/{theirs}/").status_code == 404


def test_it_asks_the_database_little(cast: Cast, handoff: Handoff) -> None:
    for number in range(4):
        actions.write_in_handoff(handoff, by=cast.agent, words=f"Line {number}")
    page, client = outside(handoff), browser()
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    assert len(asked) <= 8, [query["sql"] for query in asked]


# -- files -------------------------------------------------------------------------------------
def attached(cast: Cast, handoff: Handoff, *, shown: bool = True) -> Evidence:
    kept = verification.add_evidence(
        handoff.complaint, by=cast.agent, kind="receipt",
        file=verification.CheckedFile("nota.pdf", "application/pdf", PDF),
    )  # fmt: skip
    if shown:
        actions.attach(handoff, [kept])
    return kept


def test_a_file_that_was_shown_is_a_download_and_nothing_else(cast: Cast, handoff: Handoff) -> None:
    kept, page = attached(cast, handoff), outside(handoff)
    answer = browser().get(f"{page}files/{kept.pk}/")
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="nota.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "no-store"
    assert f'href="{page}files/{kept.pk}/"' in shown(page)


def test_no_other_file_is_there(cast: Cast, handoff: Handoff) -> None:
    page = outside(handoff)
    hidden = attached(cast, handoff, shown=False)
    theirs = factories.in_progress(cast, customer=cast.other_customer)
    foreign = verification.add_evidence(
        theirs, by=cast.agent, kind="log", file=verification.CheckedFile("a.pdf", "application/pdf", PDF)
    )
    dead = browser().get("/h/x/", headers={"accept-language": "id"}).content
    for pk in (hidden.pk, foreign.pk, 999_999):
        answer = browser().get(f"{page}files/{pk}/")
        assert (answer.status_code, answer.content) == (404, dead)
    gone = attached(cast, handoff)
    Path(gone.file.path).unlink()
    assert browser().get(f"{page}files/{gone.pk}/").status_code == 404


# -- accepting, answering, returning --------------------------------------------------------------
def test_it_accepts_and_answers_later(cast: Cast, handoff: Handoff) -> None:
    page = outside(handoff)
    assert press(page, act="accept").status_code == 302
    assert (now(handoff).state, now(handoff).accepted_by) == ("accepted", User.objects.outside())
    html = shown(english(page))
    assert "You have accepted it. Answer here when you can." in html
    assert 'value="accept"' not in html
    assert answers(page).status_code == 302
    assert now(handoff).state == "answered"


def test_it_answers_at_once_with_files(cast: Cast, handoff: Handoff) -> None:
    page = outside(handoff)
    answer = answers(page, cause_is_ours="yes", attachments=[upload(), upload("foto.pdf")])
    assert (answer.status_code, answer["Location"]) == (302, page)
    done = now(handoff)
    assert (done.state, done.cause_is_ours, done.was_late) == ("answered", "yes", False)
    entry = HandoffEntry.objects.get(handoff=handoff, kind="answer")
    assert (entry.words, entry.by) == ("14.20 Kompresor diganti.", User.objects.outside())
    assert [each.name for each in handoff.files.order_by("pk")] == ["INV-8812.pdf", "foto.pdf"]
    assert {each.by for each in handoff.files.all()} == {User.objects.outside()}
    kinds = list(done.complaint.events.order_by("seq").values_list("kind", flat=True))
    assert kinds.index("handoff_accepted") < kinds.index("handoff_answered")
    assert flaws() == []


def test_answered_it_is_thanked_and_reads_only(cast: Cast, handoff: Handoff) -> None:
    page = outside(handoff)
    answers(page)
    html = shown(english(page))
    assert "Thank you. We have your answer." in html
    assert "14.20 Kompresor diganti." in html
    assert forms_in(html) == []
    before = checksums()
    assert refused(answers(english(page), words="Lagi."), 409)
    assert checksums() == before


def test_an_answer_after_its_time_is_late_for_good(cast: Cast, handoff: Handoff) -> None:
    page = outside(handoff)
    press(page, act="accept")
    clock.advance(timedelta(days=3))
    assert "Andi waits for your answer. It was due by" in reads(page)
    answers(page)
    assert now(handoff).was_late


def test_asked_again_it_answers_again(cast: Cast, handoff: Handoff) -> None:
    page = outside(handoff)
    answers(page)
    again = clock.now() + timedelta(days=1)
    actions.ask_again(now(handoff), by=cast.agent, words="Dan nomor serinya?", answer_by=again)
    text = reads(page)
    assert "Dan nomor serinya?" in text
    assert "Thank you. We have your answer." not in text
    answers(page, words="SN-1")
    assert now(handoff).state == "answered"
    assert HandoffEntry.objects.filter(handoff=handoff, kind="answer").count() == 2


def test_returned_with_a_reason_it_is_thanked_and_the_link_ends(cast: Cast, handoff: Handoff) -> None:
    page, typed = outside(handoff), pressed(act="return", why="not_ours", reason="Bukan merek kami.")
    answer = browser().post(english(page), typed)
    assert answer.status_code == 200
    assert "Thank you. We have it back, with your reason." in words(answer.content.decode())
    entry = HandoffEntry.objects.get(handoff=handoff, kind="return")
    assert (now(handoff).state, entry.why_returned, entry.words) == ("returned", "not_ours", "Bukan merek kami.")
    assert browser().get(page).status_code == 404
    done = checksums()
    again = browser().post(english(page), typed)
    assert again.status_code == 200, "whoever presses twice is thanked twice"
    assert "Thank you. We have it back" in again.content.decode()
    assert browser().post(page, pressed(act="return", why="not_ours", reason="x")).status_code == 404
    assert checksums() == done


def test_a_reason_may_not_be_missing(cast: Cast, handoff: Handoff) -> None:
    page = english(outside(handoff))
    before = checksums()
    for typed, said in (
        ({}, "Choose what you will do"),
        ({"act": "x"}, "Choose what you will do"),
        ({"act": "answer"}, "Write your answer"),
        ({"act": "return", "why": "not_ours"}, "Write whose it is, or what is missing"),
        ({"act": "return", "reason": "Tidak."}, "Choose why"),
        ({"act": "answer", "words": "Ya.", "attachments": [upload("x.html", b"<html>")]}, "not what its name says"),
        ({"act": "answer", "words": "a\x00"}, "hidden characters"),
    ):
        assert said in refused(press(page, **typed)), typed
    assert checksums() == before


def test_what_was_typed_is_kept(cast: Cast, handoff: Handoff) -> None:
    answer = press(outside(handoff), act="return", reason="Bukan <merek> kami")
    assert "Bukan &lt;merek&gt; kami" in answer.content.decode()
    assert re.search(r'value="return"[^>]*checked', answer.content.decode())


def test_lapsed_it_can_still_answer_but_not_return(cast: Cast, handoff: Handoff) -> None:
    page = outside(handoff)
    clock.advance(timedelta(days=5))
    lapse_handoffs()
    assert now(handoff).state == "lapsed"
    assert 'value="return"' not in shown(page)
    assert press(page, act="return", why="other", reason="x").status_code == 422
    assert answers(page).status_code == 302
    assert now(handoff).was_late


def test_what_binds_cannot_be_returned(cast: Cast, handoff: Handoff) -> None:
    Handoff.objects.filter(pk=handoff.pk).update(is_binding=True)
    page = outside(handoff)
    assert 'value="return"' not in shown(page)
    assert press(page, act="return", why="other", reason="x").status_code == 422
    assert now(handoff).state == "offered"


def test_withdrawn_while_it_was_writing_the_link_is_dead(cast: Cast, handoff: Handoff) -> None:
    page = outside(handoff)
    actions.withdraw_handoff(handoff, by=cast.agent, words="Not needed")
    assert answers(page).status_code == 404
    assert now(handoff).state == "withdrawn"


def test_sent_elsewhere_the_old_link_opens_nothing(cast: Cast, handoff: Handoff) -> None:
    page = outside(handoff)
    actions.return_handoff(handoff, by=User.objects.outside(), why="missing", words="Which?")
    later = clock.now() + timedelta(days=2)
    actions.redirect_handoff(now(handoff), by=cast.agent, words="This one", answer_by=later)
    assert browser().get(page).status_code == 404, "the letter that follows has a link of its own"


def test_accepted_twice_it_is_answered_alike_though_it_can_be_chosen_no_more(cast: Cast, handoff: Handoff) -> None:
    page, form = outside(handoff), pressed(act="accept")
    first = browser().post(page, form)
    done = checksums()
    again = browser().post(page, form)
    assert (again.status_code, again["Location"]) == (first.status_code, first["Location"]) == (302, page)
    assert checksums() == done


def test_the_same_answer_sent_twice_is_one(cast: Cast, handoff: Handoff) -> None:
    page, typed = outside(handoff), pressed(act="answer", words="Ya.")
    first = browser().post(page, {**typed, "attachments": [upload()]})
    done = checksums()
    second = browser().post(page, {**typed, "attachments": [upload()]})
    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert checksums() == done


def test_long_after_the_complaint_was_closed_nobody_reads_the_packet(cast: Cast, handoff: Handoff) -> None:
    page = outside(handoff)
    answers(page)
    actions.settle_handoff(now(handoff), by=cast.agent, words="Fine.")
    closed = factories.closed(cast, now(handoff).complaint)
    assert browser().get(page).status_code == 200
    assert closed.closed_at
    clock.advance(timedelta(days=120))
    assert browser().get(page).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_answered_and_returned_at_once_has_one_winner() -> None:
    cast = factories.make_cast()
    handoff = handed_over(cast)
    page, codes = outside(handoff), {}

    def send(act: str, **typed: str) -> None:
        codes[act] = press(page, act=act, **typed).status_code

    together(
        lambda: send("answer", words="Ya."), lambda: send("return", why="not_ours", reason="Bukan."),
    )  # fmt: skip
    won = now(handoff).state
    assert won in ("answered", "returned")
    assert codes["answer" if won == "answered" else "return"] in (200, 302)
    assert codes["return" if won == "answered" else "answer"] in (404, 409)
    assert HandoffEntry.objects.filter(handoff=handoff).count() == 1
    assert flaws() == []
