"""The customer's page: lateness first, what comes next and when, how far it is; and nothing that is not theirs."""

import gzip
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from complaints import clock
from complaints.actions import closure, intake, requests, resolution, verification
from complaints.actions import contact as contacts
from complaints.actions.approval import approve
from complaints.actions.by_customer import Said, add_by_customer, reopen_by_customer
from complaints.actions.customers import set_letters
from complaints.actions.details import change_owner, mark_person_complained_of
from complaints.actions.handoff import answer_at_once, settle_handoff
from complaints.models import Complaint, Customer, Department, User
from complaints.views import status_lines
from complaints.views.status_lines import NEXT
from complaints.wording import day_of_long, when, when_long
from complaints.workflow import Outcome
from escalation.wording import WORDINGS
from followups.actions.promise import keep_promise, release_promise, tell_missed_promise
from followups.models import Survey
from followups.tasks import look_at_surveys, miss_promises
from tests import factories
from tests.complaints.links import browser, reads, shown, status
from tests.factories import Cast

STATIC = Path(settings.BASE_DIR) / "static"
MOST_QUERIES = 8


@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> Iterator[None]:
    cache.clear()
    with override_settings(HOME=tmp_path, EMAIL_URL=""):
        yield


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


def long(moment: datetime | None, language: str = "en") -> str:
    assert moment
    return plain(when_long(moment, language=language, zone=their_zone()))


def plain(text: str) -> str:
    """With spaces that break, as `reads` has them."""
    return " ".join(text.split())


def their_zone() -> Any:
    return Customer(country="ID").zone


def heading(page: str) -> str:
    """The first thing the page says."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", shown(f"{page}?lang=en"), re.DOTALL)
    assert found
    return plain(re.sub(r"<[^>]+>", "", found[1]))


def only_promise(complaint: Complaint) -> Any:
    return complaint.promises.get(state="open")


def let_go(complaint: Complaint) -> None:
    """Without any promise, so that the page has to say something else."""
    for promise in complaint.promises.filter(state="open"):
        release_promise(promise, by=complaint.owner, reason="They let us go")


# -- what comes next -----------------------------------------------------------------------
def test_the_nearest_promise_is_what_comes_next(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    soon = clock.now() + timedelta(hours=20)
    contacts.log_contact(complaint, factories.said(promised="mengirim nota", promised_by=soon), by=cast.agent)
    page = status(complaint)
    assert heading(page) == f"Andi will mengirim nota by {long(soon)}."
    assert 'Andi will <span lang="id">mengirim nota</span> by <b>' in shown(f"{page}?lang=en")
    assert "mengirim nota" in reads(page, "id")
    assert '<span lang="id">' not in shown(page), "in their own language nothing is marked as another"


def test_what_we_agreed_is_not_said_as_what_somebody_will(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    let_go(complaint)
    offer = factories.accepted(cast, complaint)
    page = status(complaint)
    assert heading(page) == f"What we agreed reaches you by {long(offer.deliver_by)}."
    assert "What we agreed Refund Rp450.000" in reads(page)


def test_a_missed_promise_is_admitted_before_anything_else(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    promise = only_promise(complaint)
    page = status(complaint)
    clock.advance(timedelta(days=2, minutes=1))
    late = f"We are late: we promised “call with the answer of Sales” by {long(promise.due_at)}. We are sorry."
    assert heading(page) == late, "its time has passed, whether the sweep has come by or not"
    miss_promises()
    assert heading(page) == late
    assert "Next Andi owes you a new time. You can also call us now." in reads(page)
    assert shown(page).index("<h1") < shown(page).index('class="journey"')

    new = clock.now() + timedelta(days=1)
    told = factories.said(words="Maaf, kami terlambat.", promised="menelepon Anda", promised_by=new)
    tell_missed_promise(promise, by=cast.agent, said=told)
    assert heading(page) == late, "told, and still not done"
    assert f"Next Andi will menelepon Anda by {long(new)}." in reads(page)

    keep_promise(only_promise(complaint), by=cast.agent, said=factories.said())
    assert "We are late" not in heading(page)
    with_more = clock.now() + timedelta(days=1)
    contacts.log_contact(complaint, factories.said(promised="mengabari Anda", promised_by=with_more), by=cast.agent)
    assert "We are late" not in heading(page), "it was made good, and does not come back"


def test_what_was_late_before_it_was_opened_again_is_not_late_now(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    promise = only_promise(complaint)
    clock.advance(timedelta(days=3))
    tell_missed_promise(promise, by=cast.agent, said=factories.said(words="Maaf."))
    factories.resolved(cast, fresh(complaint))
    reopen_by_customer(fresh(complaint), Said("Masih rusak."), by=User.objects.customer())
    assert "We are late" not in heading(status(fresh(complaint)))


def test_what_we_wait_for_from_them_is_said_with_its_day(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    by = clock.now() + timedelta(days=4)
    needed = requests.RequestFacts("foto nota", "Foto nota, depan dan belakang", "Untuk garansi", by)
    requests.ask_for_information(complaint, needed, by=cast.agent)
    page = status(complaint)
    waiting = f"We are waiting for foto nota from you, until {long(by)}."
    assert waiting in reads(page), "beside the promise"
    assert heading(page).startswith("Andi will")
    let_go(complaint)
    assert heading(page) == waiting
    assert "Foto nota, depan dan belakang" in reads(page)
    assert "Foto nota, depan dan belakang" in reads(f"{page}addition/")


def test_a_live_offer_is_shown_whole(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    let_go(complaint)
    offer = factories.offered(
        cast, complaint, kind="alternative", reason="Unitnya habis <b>", needed="Nomor rekening",
        items=[resolution.ItemFacts("refund", Decimal("450000"), "IDR"), resolution.ItemFacts("apology")],
    )  # fmt: skip
    page = status(complaint)
    assert heading(page) == f"We have made you an offer. Please choose by {long(offer.answer_by)}."
    text = reads(page)
    assert "Refund Rp450.000, apology" in text
    assert "What we need from you: Nomor rekening" in text
    assert "Unitnya habis &lt;b&gt;" in shown(page)
    assert f"If you accept, it reaches you by {long(offer.deliver_by)}." in text
    assert f'href="{page}offer/"' in shown(page)
    clock.advance(offer.answer_by - clock.now())
    assert "We have made you an offer" not in reads(page)
    assert f'href="{page}offer/"' not in shown(page)


def test_an_offer_that_is_only_being_decided_is_none_of_theirs(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    factories.offered(cast, complaint, items=[resolution.ItemFacts("refund", Decimal("9000000"), "IDR")])
    page = status(complaint)
    assert "9.000.000" not in shown(page)
    resolution.withdraw_offer(complaint.offers.get(), by=cast.agent, reason="No")
    assert "9.000.000" not in shown(f"{page}offer/?lang=en")
    assert "There is no offer to answer now." in reads(f"{page}offer/")


def test_every_next_step_has_words_for_the_customer() -> None:
    assert set(NEXT) == set(WORDINGS)
    for words in NEXT.values():
        said = str(words) % {"agent": "Andi", "by": "Friday"}
        assert "Friday" in said
        assert not re.search(r"escalat|approv|hand-?off|gate|verif|customer", said, re.IGNORECASE)


def test_without_a_promise_the_next_step_is_said_with_its_day(cast: Cast) -> None:
    complaint = factories.received(cast)
    page = status(complaint)
    due = long(fresh(complaint).next_step.due_at)
    assert heading(page) == f"Andi reads your complaint and tells you by {due} what we understood."
    clock.advance(timedelta(days=3))
    assert heading(page) == f"We are late: Andi was to go on with it by {due}. We are sorry."
    assert "You can call at any time." in reads(page)


# -- how far it is ---------------------------------------------------------------------------
def steps(page: str) -> list[tuple[str, str]]:
    html = shown(f"{page}?lang=en")
    journey = html[html.index('<ol class="journey">') : html.index("</ol>")]
    found = re.findall(r'<li(?: class="(\w+)")?.*?<b>(.*?)</b>', journey, re.DOTALL)
    return [(name, state) for state, name in found]


def test_the_journey(cast: Cast) -> None:
    complaint = factories.received(cast)
    page = status(complaint)
    assert steps(page) == [("Received", "now"), ("Being checked", ""), ("Answered", ""), ("Done", "")]
    factories.read_back(cast, complaint)
    assert steps(page)[:2] == [("Received", "done"), ("Being checked", "now")]
    assert "Andi is responsible for it." in reads(page)
    handoff = factories.handed_off(cast, fresh(complaint))
    assert "With Sales. Andi stays responsible for it." in reads(page)
    answer_at_once(handoff, by=cast.officer, words="Yes.")
    assert "With Sales" not in reads(page)
    settle_handoff(handoff, by=cast.agent, words="Fine.")
    reply = factories.answered(cast, fresh(complaint))
    assert steps(page)[1:3] == [("Being checked", "done"), ("Answered", "now")]
    assert plain(when(reply.at, language="en", zone=their_zone())) in reads(page)
    factories.resolved(cast, fresh(complaint))
    assert [state for _name, state in steps(page)] == ["done"] * 4
    reopen_by_customer(fresh(complaint), Said("Belum."), by=User.objects.customer())
    assert [state for _name, state in steps(page)] == ["done", "now", "", ""]


# -- what we understood -------------------------------------------------------------------------
def test_what_we_understood_and_whether_they_agreed(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    page = status(complaint)
    text, complaint = reads(page), fresh(complaint)
    for part in (complaint.what_happened, complaint.why_it_matters, complaint.what_is_wanted):
        assert part
        assert part in text
    assert f"You agreed to it on {long(complaint.read_back_agreed_at)}." in text
    assert complaint.narrative not in text
    add_by_customer(complaint, Said("Bukan begitu."), by=User.objects.customer(), disputes=True)
    assert "You have not agreed to it yet." in reads(page)
    assert "Bukan begitu." not in reads(page)


def test_before_it_was_read_back_their_own_words_stand_there(cast: Cast) -> None:
    complaint = factories.received(cast)
    page = status(complaint)
    assert complaint.narrative in reads(page)
    assert f'href="{page}correction/"' not in shown(page)
    assert f'href="{page}addition/"' in shown(page)


# -- how it ended -----------------------------------------------------------------------------------
def test_resolved_it_says_what_they_received_and_how_to_open_it_again(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    page, on = status(complaint), clock.now().astimezone(their_zone()).date()
    text = reads(page)
    assert f"We have done what we agreed, on {plain(day_of_long(on, language='en'))}." in text
    assert "What you received Refund Rp450.000" in text
    assert "In one or two days we will ask you by e-mail whether it is really solved." in text
    assert f'href="{page}reopening/"' in shown(page)
    survey = Survey.objects.get()
    assert survey.due_at
    clock.advance(survey.due_at - clock.now() + timedelta(seconds=1))
    look_at_surveys()
    assert "We have asked you by e-mail whether it is really solved." in reads(page)
    assert "/f/" not in shown(page), "the link of the survey is in its own mail"
    clock.advance(timedelta(days=15))
    assert "We have asked you by e-mail" not in reads(page)


def test_the_call_that_asks_the_same_as_the_survey_is_not_announced_beside_it(cast: Cast) -> None:
    complaint = factories.closed(cast)
    assert complaint.next_step.key == "follow_up"
    page = status(complaint)
    assert "Next In one or two days we will ask you by e-mail whether it is really solved." in reads(page)
    assert "Andi will ask you" not in reads(page)
    Survey.objects.update(state="not_sent")
    due = long(complaint.next_step.due_at)
    assert f"Next Andi will ask you by {due} whether it is really solved." in reads(page)


@pytest.mark.parametrize(
    ("kind", "more", "words"),
    [
        ("withdrawn", {}, "You asked us to stop, and we closed your complaint on"),
        ("final_decision", {"outside_route": "BPSK Bekasi"}, "We gave you our decision, and closed your complaint on"),
    ],
)
def test_an_end_by_exception_is_said_as_it_was(cast: Cast, kind: str, more: dict[str, str], words: str) -> None:
    complaint = factories.cause_known(cast, factories.in_progress(cast))
    factories.answered(cast, complaint)
    factories.improved(cast, complaint)
    asked = factories.asked_exception(cast, fresh(complaint), kind, **more)
    approve(asked, by=cast.supervisor, outcome="Yes.")
    closure.close_by_exception(fresh(complaint), by=cast.agent)
    page = status(fresh(complaint))
    assert words in heading(page)
    assert f'href="{page}reopening/"' in shown(page)
    assert ("BPSK Bekasi" in reads(page)) == (kind == "final_decision")
    assert ("someone who has not worked on your complaint" in reads(page)) == (kind == "final_decision")
    assert "She let it go" not in reads(page)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_sentence(outcome: str) -> None:
    noon = datetime(2026, 11, 25, 12, tzinfo=their_zone())
    complaint = Complaint(status="closed", outcome=outcome, closed_at=noon)
    assert "25 November 2026" in plain(status_lines.how_it_ended(complaint))


def test_what_cannot_be_opened_from_here_has_no_button_for_it(cast: Cast) -> None:
    complaint = factories.closed(cast)
    for outcome in ("not_a_complaint", "historical"):
        Complaint.objects.filter(pk=complaint.pk).update(outcome=outcome, channel="import")
        page = status(fresh(complaint))
        assert f'href="{page}reopening/"' not in shown(page)
        assert "It cannot be opened again from here. Call us" in reads(f"{page}reopening/")


def test_what_went_on_under_a_new_number_is_named(cast: Cast) -> None:
    complaint = factories.closed(cast)
    clock.advance(timedelta(days=91))
    newer = reopen_by_customer(complaint, Said("Rusak lagi."), by=User.objects.customer())
    page = status(complaint)
    assert f"It goes on as {newer.reference}." in reads(page)
    assert f'href="{page}reopening/"' not in shown(page)
    assert "Rusak lagi." not in reads(page)


# -- what was just done -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "done", ["reopened", "continued", "accepted", "refused", "x", "added'><script>alert(1)</script>"]
)
def test_an_address_cannot_make_the_page_say_what_is_not_so(cast: Cast, done: str) -> None:
    page = status(factories.in_progress(cast))
    html = browser().get(page, {"done": done, "lang": "en"}).content.decode()
    assert 'class="alert good"' not in html
    assert "<script>alert" not in html


def test_consent_is_said_as_it_is(cast: Cast) -> None:
    page = status(factories.in_progress(cast))
    assert "We will write to you by e-mail." in browser().get(page, {"done": "letters", "lang": "en"}).content.decode()
    set_letters(cast.customer, wanted=False, by=User.objects.customer())
    answer = browser().get(page, {"done": "letters", "lang": "en"}).content.decode()
    assert "We will send you no more letters by e-mail." in answer


# -- what is not theirs ---------------------------------------------------------------------------------
def test_nothing_internal_nobody_elses_and_no_last_name_is_shown(cast: Cast) -> None:
    hidden = factories.person("Ratna Kasirwati", cast.sales, "officer")
    complaint = factories.in_progress(cast)
    mark_person_complained_of(complaint, person=hidden, by=cast.agent)
    complaint = fresh(complaint)
    intake.add_note(complaint, by=cast.agent, words="INTERNALNOTE")
    handoff = factories.handed_off(cast, complaint, question="SECRETQUESTION", told_customer="TOLDTHEM")
    answer_at_once(handoff, by=cast.officer, words="SECRETANSWER")
    verification.start_verifying(complaint, by=complaint.owner)
    verification.take_account(
        complaint, by=complaint.owner, party="employee", teller="SECRETTELLER", words="SECRETACCOUNT"
    )
    verification.add_evidence(complaint, by=cast.agent, kind="cctv", note="SECRETEVIDENCE")
    offer = factories.offered(cast, complaint)
    resolution.withdraw_offer(offer, by=complaint.owner, reason="SECRETREASON")
    theirs = factories.in_progress(cast, customer=cast.other_customer, narrative="NOTYOURSTORY")
    twin = factories.received(cast, narrative="ANOTHERSTORY")
    page = status(complaint)
    for place in ("", "correction/", "addition/", "offer/", "reopening/", "letters/"):
        html = shown(f"{page}{place}?lang=en")
        for secret in (
            "Ratna", "Kasirwati", "Rina", "Pratama", "Lestari", "INTERNALNOTE", "SECRET", "TOLDTHEM", "NOTYOURSTORY",
            "ANOTHERSTORY", theirs.reference, twin.reference, "+62812", "sri@example", "AC-7781", "Farid",
        ):  # fmt: skip
            assert secret not in html, (place, secret)


def test_the_person_complained_of_is_never_named_as_who_keeps_the_promise(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    mark_person_complained_of(complaint, person=cast.agent, by=cast.supervisor)
    complaint = fresh(complaint)
    assert complaint.owner != cast.agent
    page = status(complaint)
    assert "Andi" not in shown(page)
    assert complaint.owner.first_name in heading(page)


def test_a_new_owner_is_the_one_who_goes_on(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    change_owner(complaint, to=cast.colleague, by=cast.supervisor, reason="Holiday")
    assert heading(status(fresh(complaint))).startswith("Siti will ")


# -- how it is made ---------------------------------------------------------------------------------------
def busy(cast: Cast) -> Complaint:
    complaint = factories.in_progress(cast)
    for number in range(3):
        soon = clock.now() + timedelta(days=1, hours=number)
        contacts.log_contact(complaint, factories.said(promised=f"call {number}", promised_by=soon), by=cast.agent)
        department = Department.objects.create(name=f"Department {number} of {complaint.pk}")
        factories.handed_off(cast, complaint, department=department)
        resolution.refuse_offer(factories.offered(cast, complaint), by=cast.agent, channel="phone", words="No")
    factories.offered(cast, complaint)
    return fresh(complaint)


@pytest.mark.parametrize(
    "make", [factories.received, factories.in_progress, busy, factories.resolved, factories.closed]
)
def test_it_asks_the_database_little_however_much_there_is(cast: Cast, make: Callable[[Cast], Complaint]) -> None:
    page, client = status(make(cast)), browser()
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    assert len(asked) <= MOST_QUERIES, [query["sql"] for query in asked]


def test_all_it_needs_weighs_less_than_30_kilobytes_and_works_without_a_script(cast: Cast) -> None:
    html = shown(status(busy(cast)))
    linked = re.findall(r'(?:href|src)="(/static/[^"]+)"', html)
    weight = len(html.encode())
    for address in linked:
        weight += len(gzip.compress((STATIC / address.removeprefix("/static/")).read_bytes()))
    assert linked
    assert weight < 30_000
    assert "onclick" not in html


def test_sentences_escape_what_others_wrote(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    soon = clock.now() + timedelta(hours=1)
    said = factories.said(promised="<script>x</script> %(by)s %s", promised_by=soon)
    contacts.log_contact(complaint, said, by=cast.agent)
    page = status(complaint)
    assert "&lt;script&gt;x&lt;/script&gt; %(by)s %s" in shown(page)
    clock.advance(timedelta(hours=2))
    assert "<script>x" not in shown(page), "nor when it is late"


def test_the_page_is_in_the_language_and_zone_of_the_customer(cast: Cast) -> None:
    customer = factories.make_customer(cast.agent, country="MY", language="ms", phones=["+60123334444"], emails=[])
    complaint = factories.in_progress(cast, customer=customer, language="ms")
    due = only_promise(complaint).due_at
    assert when_long(due, language="ms", zone=customer.zone) in shown(status(complaint))
