"""What the customer reads: the question, the one reminder, and who calls by when; in their language, in their zone."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings

from complaints import clock
from complaints.actions.access import find
from complaints.delivery import outbox
from complaints.delivery.files import Delivered, read
from complaints.models import AccessLink, Complaint, Customer, Message, User
from complaints.tasks import deliver_messages, note_messages
from complaints.wording import day_of_long, when_long
from followups.actions.survey import Answer, answer_survey
from followups.models import FollowUp, Survey
from followups.tasks import look_at_surveys
from tests import factories
from tests.factories import Cast

ASKS = {
    "en": ("Ms Sri Wahyuni, is your complaint {ref} solved?", "Only you can say whether it is."),
    "id": ("Bu Sri Wahyuni, apakah keluhan {ref} sudah selesai?", "Hanya Anda yang tahu apakah benar begitu."),
    "ms": ("Puan Aminah, sudahkah aduan {ref} selesai?", "Hanya anda yang tahu sama ada benar begitu."),
}
REMINDS = {
    "en": ("One question about your complaint {ref}", "This is our only reminder."),
    "id": ("Satu pertanyaan tentang keluhan {ref}", "Ini satu-satunya pengingat dari kami."),
    "ms": ("Satu soalan tentang aduan {ref}", "Ini satu-satunya peringatan daripada kami."),
}
CALLS = {
    "en": ("We will call you by {by} (complaint {ref})", "You told us it is not solved."),
    "id": ("Kami akan menelepon Anda paling lambat {by} (keluhan {ref})", "bahwa keluhan ini belum selesai"),
    "ms": ("Kami akan menelefon anda selewat-lewatnya pada {by} (aduan {ref})", "bahawa aduan ini belum selesai"),
}
CUSTOMERS: dict[str, dict[str, Any]] = {
    "en": {
        "full_name": "Sri Wahyuni",
        "address_as": "Ms",
        "language": "en",
        "country": "SG",
        "phones": ["+6591234567"],
    },
    "id": {"language": "id"},
    "ms": {"full_name": "Aminah", "address_as": "Puan", "language": "ms", "country": "MY", "phones": ["+60123456789"]},
}
LANGUAGES = list(CUSTOMERS)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> Iterator[None]:
    with override_settings(HOME=tmp_path, EMAIL_URL="", SITE_URL="https://desk.example.test"):
        yield


def post() -> None:
    deliver_messages()
    note_messages()


def pass_until(survey: Survey) -> None:
    survey.refresh_from_db()
    assert survey.due_at
    clock.advance(survey.due_at - clock.now() + timedelta(seconds=1))
    look_at_surveys()
    post()
    survey.refresh_from_db()


def asked(cast: Cast, language: str = "id", **facts: Any) -> tuple[Survey, Customer]:
    """The invitation has left to a customer of that language."""
    customer = factories.make_customer(cast.agent, **{**CUSTOMERS[language], **facts})
    factories.resolved(cast, factories.in_progress(cast, customer=customer, language=language))
    survey = Survey.objects.latest("pk")
    pass_until(survey)
    return survey, customer


def letter(kind: str) -> Delivered:
    [delivered] = read(outbox(), str(Message.objects.filter(kind=kind).latest("pk").uid))
    return delivered


def links_of(delivered: Delivered) -> list[str]:
    return re.findall(r"https://desk\.example\.test/\S+", delivered.text)


def is_plain(delivered: Delivered) -> bool:
    leftovers = ("{{", "[[", "None", " .", "  ", "by .")
    return not any(left in delivered.text for left in leftovers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question(cast: Cast, language: str) -> None:
    survey, customer = asked(cast, language)
    sent, (subject, words) = letter("survey"), ASKS[language]
    assert survey.expires_at
    assert sent.subject == subject.format(ref=survey.complaint.reference)
    assert sent.headers["Content-Language"] == language
    until = day_of_long(survey.expires_at.astimezone(customer.zone).date(), language=language)
    for part in (words, until, cast.agent.first_name):
        assert part in sent.text
    assert is_plain(sent)


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_links_that_only_differ_in_the_choice(cast: Cast, language: str) -> None:
    survey, _customer = asked(cast, language)
    questions = [urlsplit(link) for link in links_of(letter("survey")) if "/f/" in link]
    assert [parse_qs(each.query)["solved"] for each in questions] == [["yes"], ["partly"], ["no"]]
    [path] = {each.path for each in questions}
    link = find(path.split("/")[2], "survey")
    assert link
    assert (link.complaint, link.cycle, link.expires_at) == (survey.complaint, 1, survey.expires_at)
    assert all(each.geturl() in letter("survey").html.replace("&amp;", "&") for each in questions)


def test_no_secret_is_kept(cast: Cast) -> None:
    asked(cast)
    kept = Message.objects.get(kind="survey")
    for link in links_of(letter("survey")):
        token = urlsplit(link).path.split("/")[2]
        assert token not in kept.text + kept.reason
        assert not AccessLink.objects.filter(token_hash=token).exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_one_reminder(cast: Cast, language: str) -> None:
    survey, customer = asked(cast, language)
    first = Message.objects.get(kind="survey")
    pass_until(survey)
    sent, (subject, words) = letter("survey_reminder"), REMINDS[language]
    assert first.sent_at
    assert sent.subject == subject.format(ref=survey.complaint.reference)
    assert words in sent.text
    assert day_of_long(first.sent_at.astimezone(customer.zone).date(), language=language) in sent.text
    assert is_plain(sent)
    questions = [link for each in (letter("survey"), sent) for link in links_of(each) if "/f/" in link]
    tokens = {urlsplit(link).path.split("/")[2] for link in questions}
    assert len(tokens) == 2, "a link of its own"
    assert all(find(token, "survey") for token in tokens)


def test_the_reminder_names_the_day_on_which_the_question_left(cast: Cast) -> None:
    """Due on Tuesday evening, while the mail server was away until Wednesday: what they have is Wednesday's letter."""
    clock.set_offset(datetime(2027, 2, 1, 19, 30, tzinfo=ZoneInfo("Asia/Jakarta")) - clock.wall())
    factories.resolved(cast)
    survey = Survey.objects.latest("pk")
    clock.advance(timedelta(hours=24))
    look_at_surveys()
    clock.advance(timedelta(hours=14))
    post()
    pass_until(survey)
    assert "Rabu, 3\u00a0Februari 2027" in letter("survey_reminder").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_calls_by_when(cast: Cast, language: str) -> None:
    survey, customer = asked(cast, language)
    answer_survey(survey, Answer("no"), by=User.objects.customer())
    post()
    call = FollowUp.objects.get(kind="call_back")
    by = when_long(call.due_at, language=language, zone=customer.zone)
    sent, (subject, words) = letter("call_back"), CALLS[language]
    assert sent.subject == subject.format(by=by, ref=survey.complaint.reference).replace("\u00a0", " ")
    phone = customer.phones.get()
    for part in (words, by, cast.agent.first_name, phone.masked):
        assert part in sent.text
    assert phone.number not in sent.text
    assert {urlsplit(link).path.split("/")[3] for link in links_of(sent)} >= {"reopening", "addition"}
    assert is_plain(sent)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_customer_without_name_and_phone(cast: Cast, language: str) -> None:
    survey, _customer = asked(cast, language, full_name="", address_as="", phones=[])
    answer_survey(survey, Answer("no"), by=User.objects.customer())
    post()
    for kind in ("survey", "call_back"):
        sent = letter(kind)
        assert is_plain(sent)
        assert not sent.subject.startswith(",")
        assert sent.subject[0].isupper()


def test_nobody_is_written_to_who_wants_no_letters(cast: Cast) -> None:
    survey, customer = asked(cast)
    customer.emails.update(stopped_at=clock.now())
    answer_survey(survey, Answer("no"), by=User.objects.customer())
    assert not Message.objects.filter(kind="call_back").exists()
    assert FollowUp.objects.get(kind="call_back").state == "due", "we call all the same"


def test_the_letters_say_nothing_of_the_case(cast: Cast) -> None:
    """A mail may be read over a shoulder: the number, and nothing of what it is about."""
    survey, _customer = asked(cast)
    pass_until(survey)
    complaint: Complaint = survey.complaint
    for kind in ("survey", "survey_reminder"):
        text = letter(kind).text + letter(kind).subject
        for hidden in (complaint.topic, complaint.narrative, "garansi", "450"):
            assert hidden not in text
