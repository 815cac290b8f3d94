"""The demo: loaded once, looked at from all sides (its letters too), and its first complaint walked to *closed*."""

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
from django.db.models import F
from django.test.utils import override_settings

from complaints import clock, gate
from complaints.actions import cause, closure, handoff, resolution, verification
from complaints.actions.approval import approve, ask_approval
from complaints.daytime import is_daytime
from complaints.delivery.files import read
from complaints.models import (
    CauseCategory,
    ClockOffset,
    Complaint,
    Customer,
    Event,
    Evidence,
    Handoff,
    InformationRequest,
    Message,
    Offer,
    Task,
    User,
)
from complaints.timeline import flaws
from complaints.workflow import Move
from demo import telling
from demo.conductor import BadlyTold, play
from demo.days import Days
from demo.mail import DemoPost
from demo.management.commands import load_demo
from demo.papers import paper, picture
from demo.people import PASSWORD, email
from escalation.actions.next_step import refresh
from escalation.models import Escalation, NextStep
from followups.actions.follow_up import finish_follow_up
from followups.actions.promise import keep_promise, tell_missed_promise
from followups.models import FollowUp, Promise, Survey

WARRANTY = "Wrong warranty information"
HELD_BACK = "Television bracket mounted at a slant"
NO_SERVER = "smtp://mail.invalid:2525"
State = Message.State


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Path]:
    """Loaded once for all of this file, and taken back at its end. The home it was loaded into.

    A mail server is named that does not exist: whatever a story would send there, would not be sent.
    """
    home = tmp_path_factory.mktemp("home")
    with (
        override_settings(HOME=home, MEDIA_ROOT=home / "files", EMAIL_URL=NO_SERVER, MAIL_ONLY_TO=[]),
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


def step_of(step: NextStep | None) -> tuple[Any, ...] | None:
    return (step.key, step.parameters, step.waits_for, step.due_at, step.changes_at) if step else None


# -- what is there -------------------------------------------------------------
def test_every_status_and_outcome_is_shown_but_history(demo: Path) -> None:
    complaints = Complaint.objects.all()
    assert 38 <= len(complaints) <= 44
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
    owed = FollowUp.objects.due().values_list("complaint_id", flat=True)
    assert set(owed) <= with_step


def test_the_next_steps_are_those_that_would_be_said_now(demo: Path) -> None:
    """They are said once, after everything was told."""
    for complaint in Complaint.objects.all():
        told, now = NextStep.objects.filter(complaint=complaint).first(), None
        with transaction.atomic():
            now = refresh(complaint)
            transaction.set_rollback(True)
        assert step_of(told) == step_of(now), complaint.topic


def test_the_first_seed_is_the_first_thing_on_its_owners_desk(demo: Path) -> None:
    first = NextStep.objects.filter(owner=who("andi"), waits_for="us").order_by("due_at")[0]
    assert first.complaint.topic == WARRANTY


def test_the_person_complained_of_does_not_see_it(demo: Path) -> None:
    about = Complaint.objects.exclude(person_complained_of=None).get()
    assert not Complaint.objects.visible_to(who("maya")).filter(pk=about.pk).exists()
    assert about.owner == who("dewi")


def test_the_two_call_centres_do_not_see_each_other(demo: Path) -> None:
    here, there = (set(Complaint.objects.visible_to(who(name))) for name in ("andi", "faizal"))
    assert len(here) > 20
    assert len(there) == 8
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


# -- letters -----------------------------------------------------------------------
def test_letters_are_in_every_state_in_which_one_can_stay(demo: Path) -> None:
    passing = {State.NEW, State.HELD, State.SENDING}
    states = set(Message.objects.exclude(customer=None).values_list("state", flat=True))
    assert states == set(State) - passing
    assert not Message.objects.to_be_noted().exists()


def test_every_kind_of_letter_an_act_can_cause_is_there(demo: Path) -> None:
    kinds = {Message.Kind(kind) for kind in Message.objects.values_list("kind", flat=True)}
    to_customers = set(list(Message.Kind)[: list(Message.Kind).index(Message.Kind.HANDOFF_OUTSIDE)])
    assert to_customers - kinds == {Message.Kind.STATUS_LINK}
    assert {Message.Kind.HANDOFF_OUTSIDE, Message.Kind.HANDOFF, Message.Kind.RETURNED, Message.Kind.DECISION} <= kinds


def test_customers_are_written_to_in_three_languages(demo: Path) -> None:
    sent = Message.objects.filter(state=State.SENT)
    for kind in (Message.Kind.ACKNOWLEDGEMENT, Message.Kind.OFFER, Message.Kind.FINAL_REPLY, Message.Kind.SURVEY):
        assert set(sent.filter(kind=kind).values_list("language", flat=True)) == {"id", "ms", "en"}, kind
    assert not Message.objects.exclude(customer=None).exclude(language=F("customer__language")).exists()


def test_every_letter_that_was_sent_lies_in_the_folder_and_none_went_out(demo: Path) -> None:
    """By a mail server that is not there nothing could have been sent."""
    sent = Message.objects.filter(state__in=[State.SENT, State.BOUNCED])
    uids = [str(uid) for uid in sent.values_list("uid", flat=True)]
    assert len(uids) > 100
    assert {uid: len(read(demo / "outbox", uid)) for uid in uids} == dict.fromkeys(uids, 1)
    assert len(list((demo / "outbox").iterdir())) == len(uids)
    addresses = set(sent.values_list("address", flat=True))
    assert {address.rpartition(".")[2] for address in addresses} <= {"example", "com"}
    assert {address for address in addresses if address.endswith("com")} <= {
        address for address in addresses if address.endswith("@example.com")
    }


def test_letters_leave_a_moment_after_the_act_and_survey_letters_in_the_daytime(demo: Path) -> None:
    sent = Message.objects.exclude(sent_at=None)
    late = sent.filter(sent_at__gt=F("not_before") + timedelta(minutes=1))
    assert set(late.values_list("complaint__topic", flat=True)) == {HELD_BACK}
    for message in sent.filter(kind__in=Message.AT_MOST_ONCE):
        assert message.sent_at
        assert message.customer
        assert is_daytime(message.sent_at, message.customer.zone), message.subject


def test_a_letter_came_back_and_was_sent_again_to_the_right_address(demo: Path) -> None:
    first = Message.objects.get(state=State.BOUNCED)
    again = first.replaced_by.get()
    assert again.state == State.SENT
    assert again.address != first.address
    assert first.task.state == Task.State.DONE


def test_a_letter_that_could_not_be_sent_is_somebodys_task(demo: Path) -> None:
    failed = Message.objects.get(state=State.FAILED)
    assert failed.task.state == Task.State.OPEN
    assert NextStep.objects.get(complaint=failed.complaint).key == "task"


def test_what_a_customer_was_asked_for_is_waited_for_answered_or_no_longer_needed(demo: Path) -> None:
    assert set(InformationRequest.objects.values_list("state", flat=True)) == {"open", "answered", "ended"}
    waiting = InformationRequest.objects.get(state="open")
    reminder = Message.objects.get(kind=Message.Kind.REQUEST_REMINDER, state=State.PENDING)
    assert reminder.complaint == waiting.complaint
    assert reminder.not_before > clock.now()
    assert NextStep.objects.get(complaint=waiting.complaint).waits_for == "customer"


def test_a_party_outside_is_asked_and_has_answered_by_its_link(demo: Path) -> None:
    asked = Handoff.objects.filter(department__is_outside=True)
    assert sorted(asked.values_list("state", flat=True)) == ["offered", "settled"]
    assert asked.get(state="settled").accepted_by == User.objects.outside()


def test_what_customers_did_by_their_links(demo: Path) -> None:
    customer = User.objects.customer()
    done = set(Event.objects.filter(by=customer).values_list("kind", flat=True))
    assert done >= {
        "offer_accepted", "offer_refused", "read_back_disputed", "evidence_added", "information_came",
        "survey_answered", "complaint_reopened",
    }  # fmt: skip
    disputed = Complaint.objects.get(events__kind="read_back_disputed")
    assert (disputed.status, disputed.read_back_agreed_at) == ("in_progress", None)
    assert NextStep.objects.get(complaint=disputed).key == "answer_customer"


def test_some_customers_have_no_address_and_one_wants_no_letters(demo: Path) -> None:
    customers = Customer.objects.exclude(full_name="")
    assert customers.filter(emails=None).count() >= 6
    stopped = customers.get(emails__stopped_at__isnull=False)
    assert stopped.letter_address == ""
    assert not stopped.messages.filter(made_at__gt=stopped.emails.get().stopped_at).exists()


# -- asked afterwards ----------------------------------------------------------------
def test_surveys_are_in_every_state(demo: Path) -> None:
    assert set(Survey.objects.values_list("state", flat=True)) == set(Survey.State) - {Survey.State.NEW}
    assert set(Survey.objects.values_list("solved", flat=True)) == {"", "yes", "partly", "no"}


def test_a_survey_is_planned_one_waits_and_one_was_reminded_of(demo: Path) -> None:
    now = clock.now()
    planned = Survey.objects.filter(state="scheduled")
    assert planned.exists()
    assert not planned.exclude(due_at__gt=now, complaint__resolved_at__gt=now - timedelta(days=1)).exists()
    sent = Survey.objects.filter(state="sent", answered_at=None)
    assert sent.filter(reminded_at=None, due_at__gt=now).exists()
    assert sent.exclude(reminded_at=None).filter(expires_at__gt=now).exists()


def test_a_yes_closed_the_complaint_by_itself(demo: Path) -> None:
    yes = Survey.objects.get(complaint__topic="Bilah kipas siling retak")
    closing = yes.complaint.events.get(kind="complaint_closed")
    assert (closing.by, yes.complaint.outcome) == (User.objects.system(), "accepted")
    assert yes.solved == "yes"
    assert yes.answered_at
    assert closing.at - yes.answered_at < timedelta(days=1)


def test_partly_waits_for_somebody_and_a_no_is_called_back(demo: Path) -> None:
    assert Survey.objects.get(solved="partly").complaint.status == "resolved"
    called_back = FollowUp.objects.get(kind="call_back", state="due").complaint
    assert called_back.surveys.get().solved == "no"
    assert NextStep.objects.get(complaint=called_back).key == "call_back"


def test_a_no_was_followed_by_opening_it_again_by_the_link(demo: Path) -> None:
    again = Complaint.objects.get(events__kind="complaint_reopened", events__by=User.objects.customer())
    assert (again.status, again.cycle) == ("in_progress", 2)
    assert again.surveys.get(cycle=1).solved == "no"
    assert again.follow_ups.get(kind="call_back").state == "void"


def test_a_no_became_a_yes_and_settled_the_call(demo: Path) -> None:
    changed = Survey.objects.get(complaint__topic="Cashback not paid")
    assert [answer.solved for answer in changed.answers.all()] == ["no", "yes"]
    assert changed.complaint.follow_ups.get(kind="call_back").state == "satisfied"
    assert changed.complaint.status == "closed"


def test_who_could_not_be_asked_by_letter_is_asked_by_phone(demo: Path) -> None:
    by_phone = Complaint.objects.filter(follow_ups__kind="instead_of_survey").distinct()
    unasked = Survey.objects.filter(state__in=["expired", "not_sent"]).values_list("complaint_id", flat=True)
    lost = Message.objects.filter(kind=Message.Kind.SURVEY, state=State.UNKNOWN).values_list("complaint_id", flat=True)
    assert len(lost) == 1
    assert {*unasked, *lost} == set(by_phone.values_list("pk", flat=True))
    states = set(FollowUp.objects.filter(kind="instead_of_survey").values_list("state", flat=True))
    assert states >= {"due", "satisfied"}


def test_opening_it_again_ends_the_survey_sent_or_not(demo: Path) -> None:
    for state in ("void", "cancelled"):
        ended = Survey.objects.get(state=state)
        assert ended.cycle == 1 < ended.complaint.cycle


# -- loading it ------------------------------------------------------------------
def test_a_second_time_adds_nothing(demo: Path) -> None:
    before = Event.objects.count(), Message.objects.count(), len(list((demo / "outbox").iterdir()))
    said = StringIO()
    call_command("load_demo", "--if-empty", stdout=said)
    assert "already" in said.getvalue()
    with pytest.raises(CommandError, match="already"):
        call_command("load_demo")
    assert (Event.objects.count(), Message.objects.count(), len(list((demo / "outbox").iterdir()))) == before


@override_settings(DEMO_HOME=False)
def test_only_a_demo_home_gets_it(demo: Path) -> None:
    with pytest.raises(CommandError, match="not a demo home"):
        call_command("load_demo", "--if-empty")


def test_a_story_that_breaks_off_leaves_nothing(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks_off(stage: telling.Stage) -> telling.Story:
        andi = stage.cast.andi
        yield stage.days.back(1, "9:00")
        ida = telling.caller(andi, "Ida", emails=["ida@contoh.example"])
        complaint = telling.take(ida, "Halo?", by=andi, wants=["unknown"])
        telling.keep_file(complaint, "log", "A log", by=andi, file=paper("log.pdf", "Log"))
        due = stage.days.ahead(1, "9:00")
        telling.read_back(
            complaint, by=andi, happened="-", matters="-", wanted="-", promise="menelepon", due=due, by_letter=True
        )
        yield stage.days.back(1, "10:00")
        letter = complaint.messages.get()
        assert len(read(demo / "outbox", str(letter.uid))) == 1
        raise KeyError("the end")

    before, letters = Event.objects.count(), set((demo / "outbox").iterdir())
    monkeypatch.setattr(load_demo, "STORIES", (breaks_off,))
    with pytest.raises(KeyError, match="the end"):
        load_demo.Command(stdout=StringIO()).load()
    assert Event.objects.count() == before
    assert set((demo / "outbox").iterdir()) == letters
    assert not ClockOffset.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize("second", [timedelta(0), timedelta(days=1)])
def test_a_story_goes_forward_and_ends_today(demo: Path, second: timedelta) -> None:
    now = clock.now()

    def badly_told() -> telling.Story:
        yield now - timedelta(hours=1)
        yield now - timedelta(hours=1) + second

    with pytest.raises(BadlyTold), transaction.atomic():
        play({"a story": badly_told()}, now, DemoPost(), lambda still_told: None)


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
