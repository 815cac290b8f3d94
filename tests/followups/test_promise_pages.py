"""What can be done about a promise, page by page."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from complaints import clock
from complaints.models import Message
from followups.models import Promise
from followups.tasks import miss_promises
from tests import factories
from tests.factories import Cast


def sent(**typed: Any) -> dict[str, Any]:
    return {"submit_key": str(uuid.uuid4()), **typed}


def local(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(settings.SITE_TIME_ZONE)).strftime("%Y-%m-%dT%H:%M")


def made(cast: Cast) -> Promise:
    promise: Promise = factories.in_progress(cast).promises.get()
    return promise


def url(promise: Promise, page: str = "") -> str:
    return f"/promises/{promise.pk}/{page}"


def test_the_page_offers_what_may_be_done_now(cast: Cast, as_user: Any, move_clock: Any) -> None:
    promise, client = made(cast), as_user(cast.agent)
    shown = client.get(url(promise)).content.decode()
    assert "call with the answer of Sales" in shown
    assert ("redating" in shown, "telling" in shown) == (True, False)
    move_clock(days=3)
    miss_promises()
    late = client.get(url(promise)).content.decode()
    assert ("redating" in late, "telling" in late) == (False, True)
    assert "the customer has not been told" in late


def test_a_colleague_may_keep_it_but_not_release_it(cast: Cast, as_user: Any) -> None:
    promise, client = made(cast), as_user(cast.colleague)
    shown = client.get(url(promise)).content.decode()
    assert ("keeping" in shown, "release" in shown) == (True, False)
    assert client.get(url(promise, "release/")).status_code == 403
    assert client.get(url(promise, "redating/")).status_code == 403


@pytest.mark.parametrize("page", ["", "keeping/", "redating/", "telling/", "release/"])
def test_a_foreigner_finds_nothing(cast: Cast, as_user: Any, page: str) -> None:
    promise = made(cast)
    for person in (cast.outsider, cast.officer, cast.administrator):
        assert as_user(person).get(url(promise, page)).status_code == 404


def test_keeping_with_and_without_a_contact(cast: Cast, as_user: Any) -> None:
    client, first, second = as_user(cast.agent), made(cast), made(cast)
    form = sent(words="", channel="phone")
    assert client.post(url(first, "keeping/"), form).status_code == 302
    assert client.post(url(first, "keeping/"), form).status_code == 302
    assert client.post(url(first, "keeping/"), sent(words="", channel="phone")).status_code == 409
    assert first.complaint.contacts.outbound().count() == 1
    client.post(url(second, "keeping/"), sent(words="Penjualan sudah menjawab.", channel="phone"))
    contact = second.complaint.contacts.outbound().last()
    assert contact
    assert (contact.words, contact.reply) == ("Penjualan sudah menjawab.", "substantive")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("kept", "kept")


def test_kept_late_needs_the_words_the_customer_heard(cast: Cast, as_user: Any, move_clock: Any) -> None:
    promise, client = made(cast), as_user(cast.agent)
    move_clock(days=3)
    empty = client.post(url(promise, "keeping/"), sent(words="", channel="phone"))
    assert (empty.status_code, list(empty.context["form"].errors)) == (422, ["words"])
    assert client.post(url(promise, "keeping/"), sent(words="Maaf, terlambat.", channel="phone")).status_code == 302
    promise.refresh_from_db()
    assert promise.state == "kept_late"


def test_a_new_time(cast: Cast, as_user: Any) -> None:
    promise, client = made(cast), as_user(cast.agent)
    typed = {"words": "Besok siang, Bu.", "channel": "phone", "reason": "Sales is slow"}
    past = client.post(url(promise, "redating/"), sent(due_at=local(clock.now() - timedelta(hours=1)), **typed))
    assert (past.status_code, list(past.context["form"].errors)) == (422, ["due_at"])
    assert "Besok siang, Bu." in past.content.decode()
    form = sent(due_at=local(clock.now() + timedelta(days=3)), **typed)
    first, second = client.post(url(promise, "redating/"), form), client.post(url(promise, "redating/"), form)
    newer = promise.complaint.promises.get(state="open")
    assert first.url == second.url == newer.get_absolute_url()
    assert client.post(url(promise, "redating/"), {**form, "reason": "Other"}).status_code == 409
    assert promise.complaint.promises.count() == 2


def test_telling_with_a_new_promise(cast: Cast, as_user: Any, move_clock: Any) -> None:
    promise, client = made(cast), as_user(cast.agent)
    assert client.get(url(promise, "telling/")).status_code == 409
    move_clock(days=3)
    miss_promises()
    half = client.post(url(promise, "telling/"), sent(words="Maaf.", channel="phone", promised="menelepon lagi"))
    assert (half.status_code, list(half.context["form"].errors)) == (422, ["promised_by"])
    form = sent(
        words="Maaf, kami terlambat.",
        channel="phone",
        promised="menelepon lagi",
        promised_by=local(clock.now() + timedelta(days=1)),
    )
    assert client.post(url(promise, "telling/"), form).status_code == 302
    assert client.post(url(promise, "telling/"), form).status_code == 302
    promise.refresh_from_db()
    assert promise.told_at
    assert promise.complaint.promises.get(state="open").words == "menelepon lagi"
    assert client.post(url(promise, "telling/"), sent(words="Lagi.", channel="phone")).status_code == 409


def test_release_needs_a_reason(cast: Cast, as_user: Any) -> None:
    promise, client = made(cast), as_user(cast.agent)
    assert client.post(url(promise, "release/"), sent(reason="")).status_code == 422
    assert client.post(url(promise, "release/"), sent(reason="She let us go.")).status_code == 302
    assert client.get(url(promise, "release/")).status_code == 409


def test_a_new_time_by_e_mail_is_the_letter(cast: Cast, as_user: Any) -> None:
    promise, client = made(cast), as_user(cast.agent)
    typed = {"channel": "email", "words": "", "reason": "Kasirnya sakit sampai Kamis."}
    form = sent(due_at=local(clock.now() + timedelta(days=3)), **typed)
    assert "a letter goes out from here" in client.get(url(promise, "redating/")).content.decode()
    answer = client.post(url(promise, "redating/"), form)
    assert answer.status_code == 302
    letter = Message.objects.get(kind="late")
    assert "Sebabnya: Kasirnya sakit sampai Kamis." in letter.text
    contact = promise.complaint.contacts.get(message=letter)
    assert (contact.words, contact.reached) == ("Kasirnya sakit sampai Kamis.", False)
    assert promise.complaint.promises.get(state="open").replaces == promise


def test_on_the_phone_a_new_time_needs_the_words(cast: Cast, as_user: Any) -> None:
    promise, client = made(cast), as_user(cast.agent)
    typed = {"channel": "phone", "words": "", "reason": "Sales is slow"}
    form = sent(due_at=local(clock.now() + timedelta(days=3)), **typed)
    answer = client.post(url(promise, "redating/"), form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["words"])


def test_telling_by_e_mail_is_the_letter(cast: Cast, as_user: Any, move_clock: Any) -> None:
    promise, client = made(cast), as_user(cast.agent)
    move_clock(days=3)
    miss_promises()
    answer = client.post(url(promise, "telling/"), sent(words="Kasirnya sakit.", channel="email"))
    assert answer.status_code == 302
    letter = Message.objects.get(kind="late")
    assert "Janji itu tidak kami tepati, dan kami mohon maaf." in letter.text
    assert "Sebabnya: Kasirnya sakit." in letter.text
    promise.refresh_from_db()
    assert promise.told_at


@pytest.mark.parametrize("page", ["redating/", "telling/"])
def test_without_an_address_nobody_is_told_by_e_mail(cast: Cast, as_user: Any, move_clock: Any, page: str) -> None:
    promise, client = made(cast), as_user(cast.agent)
    if page == "telling/":
        move_clock(days=3)
        miss_promises()
    cast.customer.emails.all().delete()
    form = sent(words="Kasirnya sakit.", channel="email", reason="Sakit", due_at=local(clock.now() + timedelta(days=4)))
    answer = client.post(url(promise, page), form)
    assert answer.status_code == 409
    assert "No e-mail address is known that may be written to" in answer.content.decode()
    assert "Kasirnya sakit." in answer.content.decode()
    promise.refresh_from_db()
    assert (promise.told_at, promise.complaint.promises.count()) == (None, 1)


def test_a_promise_kept_by_an_e_mail_of_ones_own_writes_no_letter(cast: Cast, as_user: Any) -> None:
    promise, client = made(cast), as_user(cast.agent)
    assert client.post(url(promise, "keeping/"), sent(words="Sudah dijawab.", channel="email")).status_code == 302
    assert not Message.objects.exists()
