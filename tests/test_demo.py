"""The demo: loaded once, looked at from all sides, and its first complaint walked to *closed*."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test.utils import override_settings

from complaints import clock, gate
from complaints.actions import cause, closure, handoff, resolution, verification
from complaints.actions.approval import approve, ask_approval
from complaints.models import CauseCategory, ClockOffset, Complaint, Event, Evidence, Handoff, Offer, User
from complaints.timeline import flaws
from complaints.workflow import Move
from demo import telling
from demo.conductor import BadlyTold, play
from demo.days import Days
from demo.management.commands import load_demo
from demo.papers import paper, picture
from demo.people import PASSWORD, email
from escalation.models import Escalation, NextStep
from followups.actions.follow_up import finish_follow_up
from followups.actions.promise import keep_promise, tell_missed_promise
from followups.models import FollowUp, Promise

WARRANTY = "Wrong warranty information"


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Path]:
    """Loaded once for all of this file, and taken back at its end. The home it was loaded into."""
    home = tmp_path_factory.mktemp("home")
    with (
        override_settings(HOME=home, MEDIA_ROOT=home / "files"),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        call_command("load_demo", stdout=StringIO())
        yield home
        transaction.set_rollback(True)


@pytest.fixture
def walked(demo: Path) -> Iterator[Complaint]:
    """The first seed's complaint, for a test that goes on with it."""
    with transaction.atomic():
        yield Complaint.objects.get(topic=WARRANTY)
        transaction.set_rollback(True)


def who(name: str) -> User:
    return User.objects.get(email=email(name))


# -- what is there -------------------------------------------------------------
def test_every_status_and_outcome_is_shown_but_history(demo: Path) -> None:
    complaints = Complaint.objects.all()
    assert 25 <= len(complaints) <= 30
    assert {c.status for c in complaints} == {"received", "in_progress", "resolved", "closed", "merged"}
    assert {c.outcome for c in complaints} - {""} == set(Complaint.Outcome.values) - {"historical"}
    assert {c.cycle for c in complaints} == {1, 2}


def test_every_stage_of_both_tracks_is_in_progress(demo: Path) -> None:
    in_progress = Complaint.objects.filter(status="in_progress")
    assert {c.cause for c in in_progress} == set(Complaint.Cause.values)
    assert {c.remedy for c in in_progress} == {"sought", "offered", "accepted"}


def test_all_that_can_wait_is_waiting_somewhere(demo: Path) -> None:
    assert {"accepted", "answered", "returned", "lapsed", "settled"} <= set(
        Handoff.objects.values_list("state", flat=True)
    )
    assert {"live", "accepted", "refused", "lapsed", "awaiting_approval", "fulfilled"} <= set(
        Offer.objects.values_list("state", flat=True)
    )
    assert set(Escalation.objects.values_list("state", flat=True)) >= {"raised", "decided", "done"}
    assert {"open", "kept", "kept_late", "redated", "missed"} <= set(Promise.objects.values_list("state", flat=True))
    assert {"due", "satisfied", "not_satisfied"} <= set(FollowUp.objects.values_list("state", flat=True))
    assert Handoff.objects.filter(is_binding=True, returns=2).exists()
    assert Offer.objects.filter(is_goodwill=True, complaint__issues__verdicts__finding="not_upheld").exists()


def test_nothing_closed_has_something_missing(demo: Path) -> None:
    for complaint in Complaint.objects.filter(status="closed").exclude(outcome="not_a_complaint"):
        assert gate.missing(complaint, complaint.exception) == [], complaint.topic


def test_the_record_is_whole_and_nothing_lies_in_the_future(demo: Path) -> None:
    assert list(flaws()) == []
    assert not ClockOffset.objects.exists()
    assert not Event.objects.filter(at__gt=clock.now()).exists()
    assert not Promise.objects.open().filter(due_at__lte=clock.now() - timedelta(hours=1)).exists()


def test_every_open_complaint_has_a_next_step(demo: Path) -> None:
    with_step = set(NextStep.objects.values_list("complaint_id", flat=True))
    assert set(Complaint.objects.open().values_list("pk", flat=True)) <= with_step


def test_the_person_complained_of_does_not_see_it(demo: Path) -> None:
    about = Complaint.objects.exclude(person_complained_of=None).get()
    assert not Complaint.objects.visible_to(who("maya")).filter(pk=about.pk).exists()
    assert about.owner == who("dewi")


def test_the_two_call_centres_do_not_see_each_other(demo: Path) -> None:
    here, there = (set(Complaint.objects.visible_to(who(name))) for name in ("andi", "faizal"))
    assert len(here) > 20
    assert len(there) == 3
    assert not here & there
    assert set(Complaint.objects.visible_to(who("hendra"))) == here | there
    assert {c.language for c in here | there} == {"id", "ms", "en"}


def test_the_files_are_kept(demo: Path) -> None:
    with override_settings(MEDIA_ROOT=demo / "files"):
        for evidence in Evidence.objects.exclude(file=""):
            assert hashlib.sha256(evidence.file.read()).hexdigest() == evidence.sha256


def test_the_accounts_told_can_sign_in(demo: Path) -> None:
    lines = (demo / "demo_accounts.txt").read_text().splitlines()
    assert 6 <= len(lines) <= 8
    for line in lines:
        address, password = line.split()[-2:]
        assert password == PASSWORD
        assert User.objects.get(email=address).check_password(password)


# -- loading it ------------------------------------------------------------------
def test_a_second_time_adds_nothing(demo: Path) -> None:
    before = Event.objects.count()
    said = StringIO()
    call_command("load_demo", "--if-empty", stdout=said)
    assert "already" in said.getvalue()
    with pytest.raises(CommandError, match="already"):
        call_command("load_demo")
    assert Event.objects.count() == before


@override_settings(DEMO_HOME=False)
def test_only_a_demo_home_gets_it(demo: Path) -> None:
    with pytest.raises(CommandError, match="not a demo home"):
        call_command("load_demo", "--if-empty")


def test_a_story_that_breaks_off_leaves_nothing(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks_off(stage: telling.Stage) -> telling.Story:
        andi = stage.cast.andi
        yield stage.days.back(1, "9:00")
        complaint = telling.take(telling.caller(andi), "Halo?", by=andi, wants=["unknown"])
        telling.keep_file(complaint, "log", "A log", by=andi, file=paper("log.pdf", "Log"))
        raise KeyError("the end")

    before = Event.objects.count()
    monkeypatch.setattr(load_demo, "STORIES", (breaks_off,))
    with pytest.raises(KeyError, match="the end"):
        load_demo.Command(stdout=StringIO()).load()
    assert Event.objects.count() == before
    assert not ClockOffset.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize("second", [timedelta(0), timedelta(days=1)])
def test_a_story_goes_forward_and_ends_today(demo: Path, second: timedelta) -> None:
    now = clock.now()

    def badly_told() -> telling.Story:
        yield now - timedelta(hours=1)
        yield now - timedelta(hours=1) + second

    with pytest.raises(BadlyTold), transaction.atomic():
        play({"a story": badly_told()}, now, lambda still_told: None)


@pytest.mark.parametrize("day", range(1, 8))
@pytest.mark.parametrize("hour", [0, 2, 4, 9, 14, 23])
def test_the_calendar_is_sensible_on_any_day(day: int, hour: int) -> None:
    days = Days(datetime(2026, 11, day, hour, 30, tzinfo=UTC))
    site = ZoneInfo(settings.SITE_TIME_ZONE)
    earlier = [days.back(count, "9:59") for count in range(30)]
    later = [days.ahead(count, "0:00") for count in range(1, 10)]
    assert all(moment <= days.now for moment in earlier)
    assert all(moment > days.now for moment in later)
    assert earlier == sorted(earlier, reverse=True)
    assert all(moment.astimezone(site).weekday() < 5 for moment in [*earlier[1:], *later])
    assert days.now < days.soon() <= days.now + timedelta(hours=16)


def test_papers_are_what_they_say() -> None:
    receipt, still = paper("a.pdf", "Rp (1)", "second"), picture("b.png")
    assert receipt.content.startswith(b"%PDF-1.4")
    start = int(receipt.content.split()[-2])
    assert receipt.content[start:].startswith(b"xref")
    assert still.content.startswith(b"\x89PNG\r\n\x1a\n")


# -- the first seed, to its end -----------------------------------------------------
def test_the_warranty_promise_is_walked_to_closed(walked: Complaint) -> None:
    """Customer, owner, officer and supervisor, each in their own name."""
    andi, rina, dewi = who("andi"), who("rina"), who("dewi")
    _late_answer(walked, andi, rina, dewi)
    offer = _offer_above_the_limit(walked, andi, dewi)
    _put_right(offer, andi)
    _find_out_why(walked, andi)
    closure.close_if_finished(walked, by=andi)
    assert Complaint.objects.get(pk=walked.pk).status == "resolved"

    check = walked.follow_ups.due().get()
    finish_follow_up(check, by=andi, result=Move.SATISFIED, said=telling.said(walked, "Sudah masuk, terima kasih."))
    walked.refresh_from_db()
    assert (walked.status, walked.outcome, gate.missing(walked)) == ("closed", "accepted", [])
    assert list(flaws()) == []


def _late_answer(walked: Complaint, andi: User, rina: User, dewi: User) -> None:
    missed = walked.promises.get(state="missed")
    assert walked.contacts.filter(reply="holding").count() == 2
    tell_missed_promise(missed, by=andi, said=telling.said(walked, "Maaf, Bu, saya tidak menelepon kemarin."))
    question = walked.handoffs.get()
    handoff.answer_handoff(question, by=rina, words="Promotornya menyebut dua tahun.", cause_is_ours="yes")
    handoff.settle_handoff(question, by=andi, words="Clear.")
    assert [reason.code for reason in gate.handoffs(walked)] == ["handoff_late"]
    question.refresh_from_db()
    waiver = ask_approval(walked, by=andi, kind="lateness", reason="The promoter was ill.", handoff=question)
    approve(waiver, by=dewi, outcome="Agreed, it stays in the figures.")
    assert gate.handoffs(walked) == []


def _offer_above_the_limit(walked: Complaint, andi: User, dewi: User) -> Offer:
    now = clock.now()
    offer = telling.offer(
        walked,
        telling.money("refund", "1250000"),
        by=andi,
        answer_by=now + timedelta(days=3),
        deliver_by=now + timedelta(days=5),
        why_more="Her third call, and we missed a promise.",
    )
    assert offer.state == Offer.State.AWAITING_APPROVAL
    approve(offer.approvals.get(), by=dewi, outcome="Approved.")
    offer.refresh_from_db()
    return offer


def _put_right(offer: Offer, andi: User) -> None:
    resolution.accept_offer(offer, by=andi, channel="phone", words="Ya, saya setuju.")
    for item in offer.items.all():
        resolution.fulfil_item(
            item, by=andi, done_on=clock.now().date(), reference="TRF-8812", amount=Decimal("1250000")
        )
    assert offer.complaint.promises.get(offer=offer).state == "kept"


def _find_out_why(walked: Complaint, andi: User) -> None:
    receipt = walked.evidence.get(kind="receipt")
    verification.start_verifying(walked, by=andi)
    telling.account(walked, "14.30 Promotor bilang dua tahun.", by=andi)
    telling.account(
        walked, "Siang: saya bilang dua tahun kalau didaftarkan.", by=andi, party="employee", teller="Promotor"
    )
    telling.judge(walked, ("upheld", "Sales says so."), ("upheld", "The contacts say so."), by=andi, evidence=[receipt])
    cause.confirm_cause(
        walked,
        by=andi,
        category=CauseCategory.objects.get(name="Promoter"),
        statement="The promoter's leaflet leaves out the registration.",
        method="five_whys",
        evidence=[receipt],
    )
    telling.improve(
        walked, "training", "Train the promoters in Bekasi.", by=andi, owner=who("agus"),
        due=clock.now().date() + timedelta(days=30), measure="No such complaint in 90 days",
    )  # fmt: skip
    telling.final_reply(
        walked, "Uang Ibu sudah kembali.", "Maaf atas tiga telepon tanpa jawaban.", by=andi,
        correction="Garansinya satu tahun, dua tahun bila didaftarkan dalam 30 hari.",
    )  # fmt: skip
    for promise in walked.promises.open():
        keep_promise(promise, by=andi)
