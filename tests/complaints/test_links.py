"""Every link of every letter: opening and scanning it changes nothing, staff only look, and its secret stays in it."""

import io
import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from complaints import clock
from complaints.actions import contact, intake, letters, requests
from complaints.actions.access import Purpose, mint, revoke
from complaints.actions.closure import close_complaint, merge_complaint, reopen_complaint
from complaints.actions.handoff import write_in_handoff
from complaints.actions.status_link import mail_status_link
from complaints.daytime import next_daytime
from complaints.models import AccessLink, Complaint, Department, Handoff, Message, User
from complaints.tasks import deliver_messages, note_messages, release_letters
from complaints.views.by_link import PER_LINK
from followups.actions.promise import redate_promise
from followups.actions.survey import Answer, answer_survey
from followups.models import Survey
from followups.tasks import look_at_surveys
from tests import factories
from tests.complaints.links import (
    browser,
    checksums,
    delivered,
    forms_in,
    links_in,
    outside,
    press,
    pressed,
    scan,
    shown,
    status,
)
from tests.factories import Cast

AsUser = Callable[[User], Client]
OFTEN = 25  # by GET, and as often by HEAD
PLACES = ("correction", "addition", "offer", "offer/wanted", "reopening", "letters")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> Iterator[None]:
    cache.clear()
    with override_settings(HOME=tmp_path, EMAIL_URL=""):
        yield


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the handler of the settings writes."""
    [handler] = [each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler]
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def post() -> None:
    """Whatever waits goes out; nobody undoes it."""
    Message.objects.filter(state="held").update(held_until=clock.Wall())
    release_letters()
    deliver_messages()
    note_messages()


def handed_outside(cast: Cast, complaint: Complaint) -> Handoff:
    workshop = Department.objects.create(name="Bengkel Jaya", is_outside=True, email="bengkel@example.test")
    return factories.handed_off(cast, complaint, department=workshop)


# -- every letter there is ---------------------------------------------------------------
def asked_and_answered(cast: Cast) -> None:
    """Resolved, asked, reminded, answered no: resolved, refund, survey, its reminder, the call-back."""
    factories.resolved(cast)
    survey = Survey.objects.latest("pk")
    for _ in range(2):
        survey.refresh_from_db()
        assert survey.due_at
        clock.advance(max(survey.due_at - clock.now(), timedelta(0)) + timedelta(seconds=1))
        look_at_surveys()
        post()
    answer_survey(Survey.objects.get(pk=survey.pk), Answer("no"), by=User.objects.customer())


def ended(cast: Cast) -> None:
    """With a final reply by e-mail: final reply, closed, a fresh link."""
    complaint = factories.ready_to_close(cast)
    contact.give_final_reply(
        complaint, by=cast.agent, channel="email", language="id",
        answers=dict.fromkeys(complaint.issues.all(), "Uang Anda sudah kembali."),
    )  # fmt: skip
    post()
    clock.advance(timedelta(hours=49))
    mail_status_link(close_complaint(complaint, by=cast.agent))


def under_way(cast: Cast) -> None:
    """Read back by letter, asked for something, a new date, an offer, a letter, a correction."""
    complaint = factories.received(cast, was_told="Dua tahun", correct_information="Satu tahun")
    intake.agree_read_back(
        complaint, by=cast.agent, what_happened="Garansi.", why_it_matters="Mahal.", what_is_wanted="Uang.",
        agreed=False, promised="menelepon Anda", promised_by=clock.now() + timedelta(days=2), by_letter=True,
    )  # fmt: skip
    post()
    complaint = Complaint.objects.get(pk=complaint.pk)
    now = clock.now()
    needed = requests.RequestFacts(
        "nota", "Foto nota", "Untuk garansi", answer_by=now + timedelta(days=4), remind_on=now + timedelta(days=1)
    )
    requests.ask_for_information(complaint, needed, by=cast.agent)
    late = factories.said(channel="email", words="Terlambat")
    promise = complaint.promises.get(state="open")
    redate_promise(promise, by=cast.agent, due_at=now + timedelta(days=3), reason="Nota", said=late)
    factories.offered(cast, complaint)
    letters.send_letter(complaint, words="Kami memeriksa nota.", by=cast.agent)
    wrong = letters.CorrectionFacts("Dua tahun", "Satu tahun", "Satu tahun berlaku.")
    letters.send_correction(complaint, wrong, by=cast.agent)
    write_in_handoff(handed_outside(cast, complaint), by=cast.agent, words="Sudah?", chase=True)


def every_letter(cast: Cast) -> list[Message]:
    asked_and_answered(cast)
    ended(cast)
    under_way(cast)
    tomorrow = clock.now() + timedelta(days=1, minutes=1)
    clock.advance(next_daytime(tomorrow, cast.customer.zone) - clock.now())
    post()
    return list(Message.objects.filter(user=None, state="sent"))


@pytest.mark.parametrize("times", [1, pytest.param(OFTEN, marks=pytest.mark.matrix)])
def test_opening_and_scanning_every_link_of_every_letter_changes_nothing(cast: Cast, times: int) -> None:
    sent = every_letter(cast)
    to_staff = {"handoff", "chase", "returned", "escalation", "decision", "digest"}
    assert {message.kind for message in sent} == set(Message.Kind.values) - to_staff
    links = {path for message in sent for path in links_in(delivered(message))}
    assert len(links) > len(sent)
    before, sent_forms = checksums(), 0
    for path in sorted(links):
        for answer in scan(path, times=times):
            assert answer.status_code in (422, 404), path
            sent_forms += 1
    assert sent_forms > 10
    assert checksums() == before


@pytest.mark.parametrize("place", PLACES)
def test_a_button_without_a_choice_and_a_choice_without_the_button_are_nothing(cast: Cast, place: str) -> None:
    complaint = factories.in_progress(cast)
    if place == "reopening":
        complaint = factories.resolved(cast, complaint)
    elif place.startswith("offer"):
        offer = factories.offered(cast, complaint)
        if place == "offer/wanted":
            clock.advance(offer.answer_by - clock.now() + timedelta(minutes=1))
    last = complaint.offers.last()
    choices: dict[str, dict[str, Any]] = {
        "correction": {"words": "Bukan dua tahun."},
        "addition": {"words": "Masih ada."},
        "offer": {"answer": "accept", "offer": last.pk if last else 0},
        "offer/wanted": {"sure": "on"},
        "reopening": {"sure": "on"},
        "letters": {"letters": "no"},
    }
    chosen = choices[place]
    url = status(complaint, place)
    before = checksums()
    without_button = {name: value for name, value in pressed(**chosen).items() if name != "send"}
    without_key: dict[str, Any] = {"send": "1", **chosen}
    for typed in ({"send": "1"}, pressed(), without_button, without_key):
        answer = browser().post(url, typed)
        assert answer.status_code == 422, typed
        assert 'role="alert"' in answer.content.decode()
        for words in (value for name, value in chosen.items() if name == "words" and name in typed):
            assert words in answer.content.decode()
    assert checksums() == before
    assert press(url, **chosen).status_code == 302
    assert checksums() != before


# -- who looks -------------------------------------------------------------------------------
def test_staff_see_the_page_and_cannot_act(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.in_progress(cast)
    factories.offered(cast, complaint)
    pages = [status(complaint), *(status(complaint, place) for place in PLACES)]
    pages.append(outside(handed_outside(cast, complaint)))
    client = as_user(cast.agent)
    before = checksums()
    for page in pages:
        answer = client.get(f"{page}?lang=en")
        html = answer.content.decode()
        assert answer.status_code == 200
        assert "You are signed in as staff." in html, page
        assert forms_in(html) == [], page
        assert 'class="button' not in html, page
        refused = client.post(page, pressed(words="x", answer="accept", sure="on", letters="no", act="accept"))
        assert refused.status_code == 403, page
    assert checksums() == before


def test_who_is_signed_out_is_not_staff(cast: Cast) -> None:
    assert "signed in as staff" not in shown(f"{status(factories.in_progress(cast))}?lang=en")


# -- the secret -------------------------------------------------------------------------------
def tokens_outside_links(html: str, token: str) -> int:
    return re.sub(rf'(href|action)="/[sh]/{token}/[^"]*"', "", html).count(token)


def test_the_secret_stands_nowhere_but_in_the_pages_own_links(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    factories.offered(cast, complaint)
    for page in [*(status(complaint, place) for place in ("", *PLACES)), outside(handed_outside(cast, complaint))]:
        token = page.split("/")[2]
        for answer in (browser().get(page), browser().post(page, {"send": "1"})):
            assert tokens_outside_links(answer.content.decode(), token) == 0, page
            assert token not in str(answer.headers), page
    assert not AccessLink.objects.filter(token_hash__contains=token).exists()


def test_no_log_shows_it(cast: Cast, log: io.StringIO) -> None:
    complaint = factories.in_progress(cast)
    page = status(complaint, "addition")
    token = page.split("/")[2]
    astray = browser().get(page + "nothing/")
    assert (astray.status_code, token in astray.content.decode()) == (404, False)
    assert browser().post(page, {}).status_code == 422
    client = browser()
    for _ in range(PER_LINK + 1):
        answer = client.post(page, {})
    assert answer.status_code == 429
    with patch("complaints.views.status_acts.add_by_customer", side_effect=RuntimeError(token)):
        client = browser()
        client.raise_request_exception = False
        cache.clear()
        assert client.post(page, pressed(words="x")).status_code == 500
    revoke(complaint, Purpose.STATUS)
    assert browser().get(page).status_code == 404
    written = log.getvalue()
    assert "/s/***/addition/" in written
    assert token not in written


# -- headers -----------------------------------------------------------------------------------
def test_nothing_keeps_follows_or_marks_these_pages(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    page = status(complaint)
    answers = [
        browser().get(page),
        browser().get(page + "addition/"),
        browser().post(page + "addition/", {}),
        press(page + "addition/", words="Ada lagi."),
        browser().get("/s/" + "x" * 43 + "/"),
        browser().get("/s/"),
        press("/s/", reference="C26-000001", reach="0812"),
        browser().get(outside(handed_outside(cast, complaint))),
    ]
    assert [each.status_code for each in answers] == [200, 200, 422, 302, 404, 200, 200, 200]
    for answer in answers:
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex"
        assert answer["Referrer-Policy"] == "same-origin"
        assert not answer.cookies
        assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_where_cookies_are_refused_the_link_is_enough(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    strict = Client(enforce_csrf_checks=True, REMOTE_ADDR="10.9.9.9")
    assert strict.post(status(complaint, "addition"), pressed(words="Ada lagi.")).status_code == 302
    found = strict.post("/s/", pressed(reference=complaint.reference, reach="sri@example.test"))
    assert found.status_code == 200
    packet = outside(handed_outside(cast, complaint))
    assert strict.post(packet, pressed(act="answer", words="Ya.")).status_code == 302


def test_a_link_without_its_last_stroke_still_leads_there(cast: Cast) -> None:
    page = status(factories.in_progress(cast))
    answer = browser().get(page.rstrip("/"), follow=True)
    assert answer.redirect_chain == [(page, 301)]
    assert answer.status_code == 200


def test_too_many_tries_are_asked_to_wait_and_say_until_when(cast: Cast) -> None:
    page, client = status(factories.in_progress(cast), "addition"), browser()
    answers = [client.post(f"{page}?lang=en", {}) for _ in range(PER_LINK + 1)]
    assert {each.status_code for each in answers[:-1]} == {422}
    assert answers[-1].status_code == 429
    assert re.search(r"Try again at \d\d:\d\d", answers[-1].content.decode())
    assert not answers[-1].cookies
    assert client.get(page).status_code == 200, "reading is not limited"


# -- dead links ------------------------------------------------------------------------------------
def dead(path: str) -> bytes:
    answer = browser().get(path)
    assert answer.status_code == 404, path
    assert browser().head(path).status_code == 404
    return bytes(answer.content)


def test_every_dead_link_says_the_same(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    taken_back = status(complaint)
    revoke(complaint, Purpose.STATUS)
    ran_out = f"/s/{mint(complaint, Purpose.STATUS, at=clock.now(), cycle=1, expires_at=clock.now())}/"
    of_a_survey = mint(complaint, Purpose.SURVEY, at=clock.now(), cycle=1)
    bodies = {
        dead(path)
        for path in (
            taken_back,
            ran_out,
            f"/s/{of_a_survey}/",
            f"/h/{of_a_survey}/",
            "/s/" + "A" * 43 + "/",
            "/s/x/",
            "/s/" + "x" * 3000 + "/",
            "/s/%00%01/",
            "/s/C26-000388/offer/",
            "/s/\u2603/",
            "/h/x/files/1/",
            "/s/a/b/c/",
            f"{status(complaint)}nothing/",
            "/f/x/",
        )
    }
    assert len(bodies) == 1
    html = bodies.pop().decode()
    assert "This link no longer works. Call 1500-000" in html
    assert complaint.reference not in html
    assert [form.action for form in forms_in(html)] == ["/s/"]
    assert browser().post("/s/x/addition/", pressed(words="x")).status_code == 404


def test_it_works_until_120_days_after_closing(cast: Cast) -> None:
    complaint = factories.closed(cast)
    page = status(complaint)
    assert complaint.closed_at
    clock.advance(complaint.closed_at + timedelta(days=120) - clock.now() - timedelta(minutes=1))
    assert browser().get(page).status_code == 200
    clock.advance(timedelta(minutes=1))
    assert browser().get(page).status_code == 404
    assert press(page + "reopening/", sure="on").status_code == 404


def test_it_lives_on_through_the_cycles(cast: Cast) -> None:
    complaint = factories.closed(cast)
    page = status(complaint)
    reopen_complaint(complaint, by=cast.agent, reason="Not solved")
    clock.advance(timedelta(days=400))
    assert browser().get(page).status_code == 200


def test_merged_it_leads_to_the_other_and_lives_as_long(cast: Cast) -> None:
    source, target = factories.received(cast), factories.in_progress(cast)
    page = status(source)
    merge_complaint(source, into=target, by=cast.agent)
    html = shown(f"{page}?lang=en")
    assert f"{target.reference}</span>. You see that one here." in html
    assert source.reference in html
    assert press(page + "addition/", words="Juga ini.").status_code == 302
    assert target.contacts.filter(words="Juga ini.").exists()
    closed = factories.closed(cast, Complaint.objects.get(pk=target.pk))
    assert closed.closed_at
    clock.advance(timedelta(days=121))
    assert browser().get(page).status_code == 404


def test_a_link_to_a_handoff_ends_with_it(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    handoff = handed_outside(cast, complaint)
    page = outside(handoff)
    assert browser().get(page).status_code == 200
    assert press(page, act="return", why="not_ours", reason="Bukan kami.").status_code == 200
    assert browser().get(page).status_code == 404


# -- languages -----------------------------------------------------------------------------------------
def test_the_language_is_the_customers_until_they_choose_another(cast: Cast) -> None:
    page = status(factories.in_progress(cast))
    for query, language in (("", "id"), ("?lang=ms", "ms"), ("?lang=en", "en"), ("?lang=xx'><b>", "en")):
        answer = browser().get(page + query, headers={"accept-language": "fr"})
        html = answer.content.decode()
        assert answer["Content-Language"] == language
        assert f'<html lang="{language}"' in html
        assert 'href="?lang=ms" lang="ms"' in html or language == "ms"
    assert f'href="{page}addition/?lang=ms"' in shown(f"{page}?lang=ms")
    sent = browser().post(f"{page}addition/?lang=ms", pressed(words="Ada lagi."))
    assert sent["Location"] == f"{page}?lang=ms&done=added"


def test_a_dead_link_speaks_the_browsers_language(db: None) -> None:
    answer = browser().get("/s/x/", headers={"accept-language": "ms"})
    assert answer["Content-Language"] == "ms"
