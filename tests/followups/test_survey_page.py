"""The page behind the survey's link: opening it records nothing, one pressed button does, and it works for months of
clicking about: changed, sent twice, opened again, dead."""

import itertools
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from complaints import clock
from complaints.actions.access import mint, revoke
from complaints.actions.closure import merge_complaint, reopen_complaint
from complaints.models import Complaint, Contact, Submission, User
from complaints.tasks import close_finished_complaints
from complaints.timeline import flaws
from complaints.wording import day_of_long, when_long
from followups.actions.promise import keep_promise
from followups.actions.survey import Answer, answer_survey
from followups.models import FollowUp, Survey, SurveyAnswer
from followups.tasks import look_at_surveys
from tests import factories
from tests.complaints.test_at_the_same_time import together
from tests.factories import Cast
from tests.followups.test_survey_timing import nothing_stays

AsUser = Callable[[User], Client]
STATIC = Path(settings.BASE_DIR) / "static"
NUMBERS = itertools.count()


@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> Iterator[None]:
    with override_settings(HOME=tmp_path, EMAIL_URL=""):
        yield


@pytest.fixture
def survey(cast: Cast) -> Survey:
    return asked(cast)


def asked(cast: Cast, complaint: Complaint | None = None, **customer: Any) -> Survey:
    """Resolved and asked: the invitation is written."""
    if customer:
        complaint = factories.in_progress(cast, customer=factories.make_customer(cast.agent, **customer))
    factories.resolved(cast, complaint)
    made = Survey.objects.latest("pk")
    assert made.due_at
    clock.advance(made.due_at - clock.now() + timedelta(seconds=1))
    look_at_surveys()
    made.refresh_from_db()
    return made


def page_of(survey: Survey, **link: Any) -> str:
    """A page as a letter's link opens it."""
    how = {"cycle": survey.cycle, "expires_at": survey.expires_at, **link}
    return f"/f/{mint(survey.complaint, 'survey', at=clock.now(), **how)}/"


def browser() -> Client:
    """Somebody else's, each time: what is counted by address is counted anew."""
    number = next(NUMBERS)
    return Client(REMOTE_ADDR=f"10.1.{number // 250}.{number % 250 + 1}")


def pressed(**typed: str) -> dict[str, str]:
    return {"send": "1", "submit_key": str(uuid.uuid4()), **typed}


def press(page: str, **typed: str) -> str:
    """What the customer reads after sending this."""
    answer = browser().post(page, pressed(**typed), follow=True)
    assert (answer.status_code, [code for _url, code in answer.redirect_chain]) == (200, [302])
    return answer.content.decode()


def everything() -> dict[str, Any]:
    """Every row of ours."""
    ours = (
        model for app in ("complaints", "escalation", "followups") for model in apps.get_app_config(app).get_models()
    )
    return {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in ours}


def checked(text: str) -> list[str]:
    return re.findall(r'name="solved" value="(\w+)"[^>]* checked', text)


def fresh(survey: Survey) -> Survey:
    return Survey.objects.select_related("complaint").get(pk=survey.pk)


# -- opening it ------------------------------------------------------------------------------
def test_opening_it_records_nothing(survey: Survey) -> None:
    page, customer = page_of(survey), browser()
    before = everything()
    for _ in range(5):
        for query in ("", "?solved=yes", "?solved=partly", "?solved=no", "?solved=x&lang=en"):
            assert customer.get(page + query).status_code == 200
            assert customer.head(page + query).status_code == 200
        assert customer.get(page + "reopening/").status_code == 200
    assert everything() == before


def test_the_link_that_was_clicked_chooses_and_does_not_send(survey: Survey) -> None:
    page = page_of(survey)
    for solved in ("yes", "partly", "no"):
        shown = browser().get(f"{page}?solved={solved}").content.decode()
        assert checked(shown) == [solved]
    for query in ("", "?solved=", "?solved=maybe", "?solved=yes'><script>"):
        answer = browser().get(page + query)
        assert (answer.status_code, checked(answer.content.decode())) == (200, [])
    assert not SurveyAnswer.objects.exists()


def test_it_shows_the_number_and_nothing_of_the_case(survey: Survey, cast: Cast) -> None:
    page = page_of(survey)
    for shown in (browser().get(page).content.decode(), press(page, solved="no")):
        assert survey.complaint.reference in shown
        assert cast.agent.first_name in shown
        for hidden in (survey.complaint.topic, survey.complaint.narrative, "Pratama", "Wahyuni", "450"):
            assert hidden not in shown


def test_what_a_browser_and_what_stands_between_are_told(survey: Survey) -> None:
    answer = browser().get(page_of(survey))
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Content-Language"] == "id"
    assert not answer.cookies


@pytest.mark.parametrize(("language", "title"), [
    ("en", "Is your complaint solved?"),
    ("id", "Apakah keluhan Anda sudah selesai?"),
    ("ms", "Sudahkah aduan anda selesai?"),
])  # fmt: skip
def test_it_speaks_the_customers_language_or_the_one_they_choose(cast: Cast, language: str, title: str) -> None:
    of_theirs = asked(cast, language=language)
    assert title in browser().get(page_of(of_theirs)).content.decode()
    other = {"en": "ms", "id": "en", "ms": "id"}[language]
    shown = browser().get(page_of(of_theirs) + f"?lang={other}")
    assert (title in shown.content.decode(), shown["Content-Language"]) == (False, other)


def test_the_language_that_was_chosen_stays(survey: Survey) -> None:
    page = page_of(survey)
    answer = browser().post(page + "?lang=en&solved=no", pressed(solved="no"), follow=True)
    assert answer.redirect_chain == [(page + "?lang=en", 302)]
    assert "Thank you. Your answer is saved." in answer.content.decode()


def test_it_is_small(survey: Survey) -> None:
    """With everything it loads, uncompressed: an old telephone on a bad line."""
    page = page_of(survey)
    press(page, solved="no")
    text = browser().get(page).content.decode()
    loaded = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', text)
    assert len(loaded) > 5
    weight = len(text.encode()) + sum((STATIC / name).stat().st_size for name in loaded)
    assert weight <= 30_000


def test_it_takes_few_queries(survey: Survey) -> None:
    page = page_of(survey)
    press(page, solved="no")
    with CaptureQueriesContext(connection) as queries:
        browser().get(page)
    assert len(queries) <= 8


# -- answering -------------------------------------------------------------------------------
@pytest.mark.parametrize("solved", ["yes", "partly", "no"])
def test_the_first_answer_is_saved_alone_by_one_post(survey: Survey, solved: str) -> None:
    page = page_of(survey) + "?lang=en"
    shown = press(page, solved=solved)
    saved = fresh(survey)
    assert (saved.state, saved.solved, saved.handling, saved.comment) == ("answered", solved, None, "")
    assert saved.expires_at
    until = day_of_long(saved.expires_at.astimezone(survey.complaint.customer.zone).date(), language="en")
    assert "Thank you. Your answer is saved." in shown
    assert f"You can change your answer until {until}." in shown
    assert {"yes": "“Yes”", "partly": "“Partly”", "no": "“No”"}[solved] in shown
    assert "How did we handle it?" in shown


def test_the_other_questions_are_sent_with_it(survey: Survey) -> None:
    page = page_of(survey)
    press(page, solved="partly")
    press(page, whole="1", solved="partly", handling="3", effort="6", had_to_repeat="yes", comment=" Terima kasih. ")
    saved = fresh(survey)
    assert (saved.solved, saved.handling, saved.effort, saved.had_to_repeat) == ("partly", 3, 6, True)
    assert saved.comment == "Terima kasih."
    assert saved.answers.count() == 2
    shown = browser().get(page).content.decode()
    assert "Terima kasih.</textarea>" in shown
    for name, value in (("handling", "3"), ("effort", "6"), ("had_to_repeat", "yes")):
        assert re.search(rf'name="{name}" value="{value}"[^>]* checked', shown), name


def test_each_of_them_may_be_left_out(survey: Survey) -> None:
    page = page_of(survey)
    press(page, solved="yes")
    press(page, whole="1", solved="yes", effort="7", comment="")
    saved = fresh(survey)
    assert (saved.handling, saved.effort, saved.had_to_repeat, saved.comment) == (None, 7, None, "")


def test_another_first_answer_leaves_the_others_as_they_were(survey: Survey) -> None:
    page = page_of(survey)
    press(page, whole="1", solved="no", handling="2", comment="Masih bocor.")
    shown = browser().get(page + "?solved=yes").content.decode()
    assert checked(shown) == ["yes"]
    press(page, solved="yes")
    saved = fresh(survey)
    assert (saved.solved, saved.handling, saved.comment) == ("yes", 2, "Masih bocor.")
    assert FollowUp.objects.get(kind="call_back").state == "due", "handled badly is bad news still"


def test_the_same_form_in_other_words_changes_the_answer(survey: Survey) -> None:
    page, form = page_of(survey), pressed(solved="no")
    customer = browser()
    for solved in ("no", "no", "yes"):
        assert customer.post(page, {**form, "solved": solved}).status_code == 302
    assert list(survey.answers.values_list("solved", flat=True)) == ["no", "yes"]
    assert fresh(survey).solved == "yes"


def test_it_can_be_changed_until_the_link_ends(survey: Survey) -> None:
    page = page_of(survey)
    press(page, solved="yes")
    clock.advance(timedelta(days=13, hours=22))
    press(page, solved="no")
    clock.advance(timedelta(hours=3))
    assert browser().post(page, pressed(solved="yes")).status_code == 404
    assert fresh(survey).solved == "no"


# -- bad news --------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "id", "ms"])
def test_after_a_no_it_says_who_calls_by_when(cast: Cast, language: str) -> None:
    of_theirs = asked(cast, language=language, country="MY", phones=["+60123456789"])
    shown = press(page_of(of_theirs), solved="no")
    call = FollowUp.objects.get(kind="call_back")
    by = when_long(call.due_at, language=language, zone=of_theirs.complaint.customer.zone)
    sentence = {
        "en": f"We are sorry. Andi will call you by {by}.",
        "id": f"Kami mohon maaf. Andi akan menelepon Anda paling lambat {by}.",
        "ms": f"Kami memohon maaf. Andi akan menelefon anda selewat-lewatnya pada {by}.",
    }
    assert sentence[language] in shown


OFFERED: list[tuple[dict[str, str], bool, bool]] = [
    ({"solved": "no"}, True, True),
    ({"solved": "partly"}, False, True),
    ({"solved": "yes"}, False, False),
    ({"solved": "yes", "whole": "1", "handling": "2"}, True, True),
    ({"solved": "yes", "whole": "1", "handling": "3"}, False, False),
]


def test_what_is_offered_depends_on_the_answer(survey: Survey) -> None:
    for typed, calls, opens in OFFERED:
        with nothing_stays():
            shown = press(page_of(survey) + "?lang=en", **typed)
            assert ("will call you by" in shown, "Open it again" in shown) == (calls, opens), typed


# -- what is no answer -------------------------------------------------------------------------
NO_ANSWERS: dict[str, dict[str, str]] = {
    "nothing": {},
    "no button pressed": {"solved": "yes"},
    "no choice": {"send": "1"},
    "an empty choice": {"send": "1", "solved": ""},
    "a choice we do not offer": {"send": "1", "solved": "maybe"},
    "handling of six": {"send": "1", "whole": "1", "solved": "yes", "handling": "6"},
    "effort of zero": {"send": "1", "whole": "1", "solved": "yes", "effort": "0"},
    "repeated, perhaps": {"send": "1", "whole": "1", "solved": "yes", "had_to_repeat": "x"},
    "a control character": {"send": "1", "whole": "1", "solved": "yes", "comment": "a\x00b"},
    "a megabyte": {"send": "1", "whole": "1", "solved": "yes", "comment": "x" * 1_000_000},
    "everything but the question": {"send": "1", "whole": "1", "handling": "5"},
}


@pytest.mark.parametrize("answered", [False, True])
def test_what_is_no_answer_is_asked_again(survey: Survey, answered: bool) -> None:
    page = page_of(survey) + "?lang=en"
    if answered:
        press(page, solved="no")
    before = everything()
    for what, typed in NO_ANSWERS.items():
        answer = browser().post(page, {"submit_key": str(uuid.uuid4()), **typed})
        assert answer.status_code == 422, what
        assert "There is something to fix" in answer.content.decode(), what
    assert everything() == before


def test_what_was_typed_is_kept(survey: Survey) -> None:
    page = page_of(survey) + "?lang=en"
    press(page, solved="no")
    typed = {"whole": "1", "solved": "no", "handling": "9", "effort": "4", "comment": "Masih bocor."}
    answer = browser().post(page, pressed(**typed))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose one of the numbers" in shown
    assert "Masih bocor.</textarea>" in shown
    assert re.search(r'name="effort" value="4"[^>]* checked', shown)
    assert fresh(survey).handling is None


def test_a_scanner_that_sends_the_forms_as_they_stand_is_no_customer(survey: Survey) -> None:
    """Every form of every page, with the fields it shows: without the button nobody pressed."""
    page = page_of(survey)
    press(page, solved="no")
    before = everything()
    scanner = browser()
    for place in (page, page + "?solved=yes", page + "reopening/"):
        for form in re.findall(r"<form method=\"post\".*?</form>", scanner.get(place).content.decode(), re.DOTALL):
            action = re.search(r'<form[^>]* action="([^"]*)"', form)
            fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
            fields.update(re.findall(r'<input type="radio" name="([^"]+)" value="([^"]*)"[^>]* checked', form))
            assert scanner.post(action[1] if action else place, fields).status_code == 422
    assert everything() == before


def test_somebody_who_sends_without_end_is_asked_to_wait(survey: Survey) -> None:
    page, customer = page_of(survey), browser()
    codes = [customer.post(page, pressed(solved="partly")).status_code for _ in range(31)]
    assert codes == [302] * 30 + [429]
    assert customer.get(page).status_code == 200, "reading it is always possible"


# -- staff -------------------------------------------------------------------------------------
def test_staff_see_the_page_and_cannot_answer(survey: Survey, cast: Cast, as_user: AsUser) -> None:
    page = page_of(survey) + "?lang=en"
    answer_survey(survey, Answer("no", comment="Kasar sekali."), by=User.objects.customer())
    everybody = [as_user(person) for person in cast.everybody().values()]
    before = everything()
    for staff in everybody:
        for place in (page, page.replace("?", "reopening/?")):
            shown = staff.get(place).content.decode()
            assert "You are signed in as staff. Only the customer can answer." in shown
            assert 'name="send"' not in shown
            assert "Kasar" not in shown
            assert staff.post(place, pressed(solved="yes")).status_code == 403
    assert everything() == before


# -- dead ---------------------------------------------------------------------------------------
def expired(survey: Survey) -> str:
    page = page_of(survey)
    clock.advance(timedelta(days=14))
    return page


def taken_back(survey: Survey) -> str:
    page = page_of(survey)
    revoke(survey.complaint, "survey")
    return page


def opened_again(survey: Survey) -> str:
    page = page_of(survey)
    reopen_complaint(survey.complaint, by=survey.complaint.owner, reason="It broke again.")
    return page


def minted_while_it_was_opened_again(survey: Survey) -> str:
    """The letter was on its way: its link came after the others were taken back."""
    reopen_complaint(survey.complaint, by=survey.complaint.owner, reason="It broke again.")
    return page_of(survey)


def merged(survey: Survey) -> str:
    reopen_complaint(survey.complaint, by=survey.complaint.owner, reason="It broke again.")
    target = factories.intake.register_complaint(
        survey.complaint.customer,
        factories.complaint_facts(),
        by=survey.complaint.owner,
        home_department=survey.complaint.home_department,
    )
    again = Complaint.objects.get(pk=survey.complaint_id)
    for promise in again.promises.filter(state="open"):
        keep_promise(promise, by=again.owner, said=factories.said())
    merge_complaint(again, into=target, by=again.owner)
    return page_of(survey)


def of_another_kind(survey: Survey) -> str:
    return f"/f/{mint(survey.complaint, 'status', at=clock.now(), cycle=1)}/"


def nobodys(survey: Survey) -> str:
    return "/f/" + "x" * 43 + "/"


def nonsense(survey: Survey) -> str:
    return "/f/" + "é" * 300 + "/"


DEAD = [
    expired, taken_back, opened_again, minted_while_it_was_opened_again, merged, of_another_kind, nobodys, nonsense
]  # fmt: skip


def test_a_link_that_opens_nothing(survey: Survey) -> None:
    unknown = without_key(browser().get("/f/unknown/"))
    for how in DEAD:
        with nothing_stays():
            page = how(survey)
            before = everything()
            for place in (page, page + "reopening/"):
                for answer in (browser().get(place), browser().post(place, pressed(solved="yes"))):
                    assert answer.status_code == 404, how.__name__
                    assert without_key(answer) == unknown, "the same words for all of them"
            assert everything() == before, how.__name__
    assert survey.complaint.reference not in unknown


def without_key(answer: Any) -> str:
    text = re.sub(r'name="submit_key" value="[^"]*"', "", answer.content.decode())
    return re.sub(r"/f/[^\"&?]*", "", text)


def test_closed_since_it_is_still_theirs_to_change(cast: Cast) -> None:
    complaint = factories.ready_to_close(cast)
    made = Survey.objects.get()
    assert made.due_at
    clock.advance(made.due_at - clock.now() + timedelta(seconds=1))
    look_at_surveys()
    made.refresh_from_db()
    page = page_of(made)
    press(page, solved="yes")
    clock.advance(timedelta(hours=1, minutes=1))
    close_finished_complaints()
    assert Complaint.objects.get(pk=complaint.pk).status == "closed"
    press(page, solved="no")
    assert Complaint.objects.get(pk=complaint.pk).status == "closed"


# -- opened again by the customer ----------------------------------------------------------------
def test_the_button_opens_it_again(survey: Survey) -> None:
    page = page_of(survey)
    press(page, whole="1", solved="no", comment="Masih bocor.")
    answer = browser().post(page + "reopening/?lang=en", pressed())
    complaint = Complaint.objects.get(pk=survey.complaint_id)
    assert (complaint.status, complaint.cycle, FollowUp.objects.get(kind="call_back").state) == (
        "in_progress",
        2,
        "void",
    )
    heard = Contact.objects.inbound().latest("pk")
    assert (heard.words, heard.channel, heard.by) == ("Masih bocor.", "web", User.objects.customer())
    assert answer.status_code == 302
    assert re.fullmatch(r"/s/[\w-]{43}/\?done=reopened&lang=en", answer["Location"])
    assert browser().get(answer["Location"]).status_code == 200
    assert browser().get(page).status_code == 404
    assert flaws() == []


def test_no_cookie_is_needed(survey: Survey) -> None:
    """The secret in the address is the only credential: a browser that refuses cookies can answer."""
    page, strict = page_of(survey), Client(enforce_csrf_checks=True)
    for place, typed in ((page, {"solved": "no"}), (page + "reopening/", {})):
        answer = strict.post(place, pressed(**typed), HTTP_ORIGIN="null")
        assert (answer.status_code, answer.cookies) == (302, {})


def test_without_the_button_it_stays_as_it_is(survey: Survey) -> None:
    page = page_of(survey) + "reopening/"
    for typed in ({}, {"submit_key": str(uuid.uuid4())}, {"send": "1"}, {"send": "1", "submit_key": "x"}):
        assert browser().post(page, typed).status_code == 422
    assert Complaint.objects.get(pk=survey.complaint_id).status == "resolved"
    assert not Submission.objects.filter(user=User.objects.customer()).exists()


def test_pressed_twice_it_is_opened_once_and_both_are_led_on(survey: Survey) -> None:
    page, form, customer = page_of(survey) + "reopening/", pressed(), browser()
    for _ in range(2):
        answer = customer.post(page, form)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/s/")
        assert customer.get(answer["Location"]).status_code == 200
    assert Complaint.objects.get(pk=survey.complaint_id).cycle == 2
    assert Contact.objects.inbound().filter(channel="web").count() == 1
    assert customer.post(page, pressed()).status_code == 404, "another form, on a link that has ended"


def test_the_key_of_one_link_leads_nowhere_on_another(survey: Survey, cast: Cast) -> None:
    first, form = page_of(survey) + "reopening/", pressed()
    assert browser().post(first, form).status_code == 302
    other = asked(cast, full_name="Aminah", emails=["aminah@example.test"])
    dead = page_of(other) + "reopening/"
    revoke(other.complaint, "survey")
    assert browser().post(dead, form).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_double_click_opens_it_once(transactional_db: None) -> None:
    made = asked(factories.make_cast())
    page, form, codes = page_of(made) + "reopening/", pressed(), []
    together(*[lambda: codes.append(browser().post(page, form).status_code)] * 3)
    assert codes == [302] * 3
    assert Complaint.objects.get(pk=made.complaint_id).cycle == 2
    assert Contact.objects.inbound().filter(channel="web").count() == 1
    assert flaws() == []
