"""Logging a contact, a note and an addition."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from complaints import clock
from complaints.actions.closure import merge_complaint
from complaints.models import Complaint, Contact
from tests import factories
from tests.factories import Cast


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return factories.in_progress(cast)


def address(complaint: Complaint, page: str = "contacts/new") -> str:
    return f"/complaints/{complaint.reference}/{page}/"


def key_of(answer: Any) -> str:
    return str(answer.context["form"]["submit_key"].value())


def typed(**facts: str) -> dict[str, str]:
    """She called."""
    return {
        "submit_key": "11111111-1111-4111-8111-111111111111",
        "direction": "in",
        "channel": "phone",
        "language": "id",
        "words": "Saya mau uang saya kembali.",
        "emotion": "3",
        "promised": "",
        "promised_by": "",
        **facts,
    }


def in_site_time(**later: int) -> str:
    return timezone.localtime(clock.now() + timedelta(**later)).strftime("%Y-%m-%dT%H:%M")


def test_the_page_asks_who_got_in_touch(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    answer = as_user(cast.agent).get(address(complaint))
    assert answer.status_code == 200
    assert "Who got in touch?" in answer.content.decode()
    assert key_of(answer)


def test_a_call_is_logged_with_how_she_felt(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    answer = as_user(cast.agent).post(address(complaint), typed(), follow=True)
    contact = complaint.contacts.latest("pk")
    assert (contact.direction, contact.emotion, contact.reply, contact.by) == ("in", 3, "", cast.agent)
    assert "Logged" in answer.content.decode()


def test_any_agent_who_sees_it_may_log_one(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    as_user(cast.colleague).post(address(complaint), typed())
    assert complaint.contacts.latest("pk").by == cast.colleague


def test_our_answer_carries_a_promise(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    ours = typed(
        direction="out", reached="yes", reply="substantive", promised="call again", promised_by=in_site_time(days=2)
    )
    as_user(cast.agent).post(address(complaint), ours)
    contact = complaint.contacts.latest("pk")
    assert (contact.reached, contact.reply, contact.emotion) == (True, "substantive", None)
    assert complaint.promises.filter(contact=contact, words="call again", owner=cast.agent).exists()


def test_a_try_needs_no_words(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    answer = as_user(cast.agent).post(address(complaint), typed(direction="out", reached="no", words=""))
    assert answer.status_code == 302
    assert complaint.contacts.latest("pk").reached is False


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"direction": ""}, "Choose who got in touch"),
        ({"words": ""}, "Write what was said"),
        ({"direction": "out", "reached": ""}, "Choose whether it reached the customer"),
        ({"direction": "out", "reached": "yes"}, "Choose what it told the customer"),
        ({"promised": "call"}, "Choose by when"),
        ({"promised_by": "2199-01-01T10:00"}, "Write what we promise"),
        ({"promised": "call", "promised_by": "2001-01-01T10:00"}, "Choose a time after now"),
        ({"words": "a\x00b"}, "hidden"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    complaint: Complaint, cast: Cast, as_user: Any, facts: dict[str, str], says: str
) -> None:
    before = complaint.contacts.count()
    answer = as_user(cast.agent).post(address(complaint), typed(**{"emotion": "4", **facts}))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says.lower() in page.lower() or "null characters" in page.lower()
    assert complaint.contacts.count() == before
    assert answer.context["form"]["channel"].value() == "phone"


def test_sent_twice_it_is_logged_once(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    browser = as_user(cast.agent)
    first = browser.post(address(complaint), typed())
    count = complaint.contacts.count()
    second = browser.post(address(complaint), typed())
    assert first.url == second.url
    assert complaint.contacts.count() == count


def test_sent_again_with_other_words_it_is_not_a_repeat(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    browser = as_user(cast.agent)
    browser.post(address(complaint), typed())
    count = complaint.contacts.count()
    answer = browser.post(address(complaint), typed(words="Another thing."))
    assert answer.status_code == 409
    assert "Another thing." in answer.content.decode()
    assert complaint.contacts.count() == count


def test_nothing_is_promised_on_a_closed_complaint(cast: Cast, as_user: Any) -> None:
    complaint = factories.closed(cast)
    promised = typed(promised="call", promised_by=in_site_time(days=1))
    answer = as_user(cast.agent).post(address(complaint), promised)
    assert answer.status_code == 409
    assert "reopen" in answer.content.decode()
    assert as_user(cast.agent).post(address(complaint), typed()).status_code == 302


@pytest.mark.parametrize("page", ["contacts/new", "notes/new", "additions/new"])
def test_strangers_do_not_find_it(complaint: Complaint, cast: Cast, as_user: Any, page: str) -> None:
    for who in (cast.outsider, cast.officer, cast.administrator):
        assert as_user(who).get(address(complaint, page)).status_code == 404
        assert as_user(who).post(address(complaint, page), typed()).status_code == 404


def test_a_note_stays_among_us(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    words = {"submit_key": "22222222-1111-4111-8111-111111111111", "words": "The shop has moved."}
    assert as_user(cast.colleague).post(address(complaint, "notes/new"), words).status_code == 302
    assert complaint.notes.get().words == "The shop has moved."
    empty = {**words, "submit_key": "22222222-1111-4111-8111-111111111112", "words": " "}
    assert as_user(cast.colleague).post(address(complaint, "notes/new"), empty).status_code == 422


def test_an_addition_stands_beside_the_narrative(complaint: Complaint, cast: Cast, as_user: Any) -> None:
    browser, page = as_user(cast.agent), address(complaint, "additions/new")
    assert complaint.narrative in browser.get(page).content.decode()
    words = {"submit_key": "33333333-1111-4111-8111-111111111111", "words": "Promotornya memakai kaus biru."}
    browser.post(page, words)
    browser.post(page, words)
    note = complaint.notes.get()
    assert (note.kind, Complaint.objects.get(pk=complaint.pk).narrative) == ("addition", complaint.narrative)


def test_a_contact_on_a_merged_complaint_goes_to_the_one_it_was_merged_into(cast: Cast, as_user: Any) -> None:
    target, duplicate = factories.in_progress(cast), factories.received(cast)
    merge_complaint(duplicate, into=target, by=cast.agent)
    answer = as_user(cast.agent).post(address(duplicate), typed())
    assert answer.url == target.get_absolute_url()
    assert Contact.objects.latest("pk").complaint == target
