"""The complaint of the first seed over HTTP, with time passing: three calls, a missed promise, a late department, an
offer above the limit, and *closed* only when everything is known, done and accepted."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from complaints import clock
from complaints.models import Approval, CauseCategory, Complaint, Handoff, Offer
from complaints.tasks import close_finished_complaints
from complaints.timeline import flaws
from followups.tasks import miss_promises
from tests import factories
from tests.complaints.pages import filled
from tests.factories import Cast


def later(**delta: float) -> str:
    moment = (clock.now() + timedelta(**delta)).astimezone(ZoneInfo(settings.SITE_TIME_ZONE))
    return moment.strftime("%Y-%m-%dT%H:%M")


def do(client: Client, address: str, *args: Any, query: str = "", **typed: Any) -> Any:
    """Open the page, fill it in, send it; every step has to succeed."""
    url = reverse(address, args=args) + query
    answer: Any = client.post(url, filled(client, url, **typed))
    form = (answer.context or {}).get("form")
    refusal = (answer.context or {}).get("refusal")
    assert answer.status_code == 302, (url, answer.status_code, form and form.errors, refusal and refusal.reasons)
    return answer


@pytest.fixture
def clients(cast: Cast, as_user: Any) -> dict[str, Client]:
    return {name: as_user(user) for name, user in cast.everybody().items()}


def test_from_the_third_call_to_closed(cast: Cast, clients: dict[str, Client]) -> None:
    agent, officer, supervisor = clients["agent"], clients["officer"], clients["supervisor"]
    who = f"?customer={cast.customer.pk}"

    do(agent, "complaints:call-new", query=who, about="new", narrative="Kata promotornya garansi dua tahun.",
       wants=["refund"], wanted_amount="1250000", wanted_currency="IDR", topic="Wrong warranty information",
       was_told="Two years", correct_information="One year, two if registered")  # fmt: skip
    ref = Complaint.objects.get().reference
    do(agent, "complaints:read-back", ref, what_happened="Dijanjikan dua tahun.", why_it_matters="Mahal.",
       what_is_wanted="Uang kembali.", promised="call with the answer of Sales", promised_by=later(days=1))  # fmt: skip
    do(agent, "complaints:handoff-new", ref, department=cast.sales.pk, kind="question",
       question="Was a 2-year warranty promised?", answer_by=later(days=1))  # fmt: skip
    handoff = Handoff.objects.get()
    do(officer, "complaints:handoff-acceptance", handoff.pk)

    for words in ("Bagaimana keluhan saya?", "Saya tidak mau dengar lagi sudah disampaikan."):
        clock.advance(timedelta(hours=20))
        do(clients["colleague"], "complaints:call-new", query=who, about=ref, narrative=words, emotion="4")
    miss_promises()
    promise = Complaint.objects.get().promises.get(state="missed")
    assert Complaint.objects.get().next_step.key == "tell_missed", "first on the owner's page until she is told"
    do(agent, "followups:promise-telling", promise.pk, words="Maaf, kami terlambat.", channel="phone")

    do(officer, "complaints:handoff-answer", handoff.pk, words="Dua tahun disebut.", cause_is_ours="yes")
    do(agent, "complaints:handoff-settlement", handoff.pk, words="Clear.")
    do(agent, "complaints:offer-new", ref, kind="as_asked", kind_1="refund", amount_1="1250000", currency_1="IDR",
       answer_by=later(days=3), deliver_by=later(days=6), why_more="Third call, promise missed.")  # fmt: skip
    offer = Offer.objects.get()
    assert offer.state == "awaiting_approval", "above the agent's limit"
    do(supervisor, "complaints:approval-yes", Approval.objects.get(kind="offer").pk, outcome="Yes, with our apology.",
       answer_by=later(days=3), deliver_by=later(days=6))  # fmt: skip
    do(agent, "complaints:offer-acceptance", offer.pk, channel="phone", words="Ya, saya terima.")
    do(agent, "complaints:item-fulfilment", offer.items.get().pk, reference="TRF-2231",
       done_on=later()[:10], amount="1250000")  # fmt: skip
    complaint = Complaint.objects.get()
    assert (complaint.status, complaint.cause) == ("resolved", "unverified"), "putting it right did not wait"

    refused: Any = agent.post(
        reverse("complaints:closure", args=[ref]), filled(agent, reverse("complaints:closure", args=[ref]))
    )
    assert refused.status_code == 409
    assert Complaint.objects.get().status == "resolved"

    do(agent, "complaints:verification", ref)
    do(agent, "complaints:account-new", ref, party="customer", words="14.20 Saya datang ke toko.")
    do(agent, "complaints:evidence-new", ref, kind="receipt", note="Receipt INV-8812")
    evidence = Complaint.objects.get().evidence.get()
    do(agent, "complaints:verdict", complaint.issues.get().pk, finding="upheld", reasons="Sales says so itself.",
       evidence=[evidence.pk])  # fmt: skip
    do(agent, "complaints:verification-end", ref)
    do(agent, "complaints:cause", ref, category=CauseCategory.objects.get(name="Promoter").pk,
       statement="The leaflet leaves out the registration.", method="five_whys", evidence=[evidence.pk])  # fmt: skip
    do(agent, "complaints:improvement-new", ref, kind="training", words="Train the promoters.", owner=cast.officer.pk,
       due_on=(clock.now() + timedelta(days=30)).date().isoformat(), measure="None in 90 days")  # fmt: skip
    do(agent, "complaints:waiver-new", handoff.pk, reason="The promoter was on leave.")
    do(supervisor, "complaints:approval-yes", Approval.objects.get(kind="lateness").pk, outcome="Once.")
    do(agent, "complaints:final-reply", ref, channel="phone", language="id", correction="Garansinya satu tahun.",
       **{f"answer_{issue.pk}": "Uang Ibu sudah kembali." for issue in complaint.issues.all()})  # fmt: skip

    for promise in complaint.promises.filter(state="open"):
        do(agent, "followups:promise-keeping", promise.pk, words="Sudah kami telepon.", channel="phone")
    assert close_finished_complaints() == 0, "the window is not over"
    clock.advance(timedelta(hours=49))
    assert close_finished_complaints() == 1, "the system closes by itself"
    closed = Complaint.objects.get()
    assert (closed.status, closed.outcome) == ("closed", "accepted")
    assert closed.follow_ups.get().state == "due", "the call we owe outlives the closing"
    do(agent, "followups:follow-up-result", closed.follow_ups.get().pk, result="satisfied", words="Terima kasih.")
    assert list(flaws()) == []


def test_not_satisfied_reopens_and_it_starts_anew(cast: Cast, clients: dict[str, Client]) -> None:
    complaint = factories.closed(cast)
    follow_up = complaint.follow_ups.get()
    do(clients["agent"], "followups:follow-up-result", follow_up.pk, result="not_satisfied", words="Rusak lagi.")
    complaint = Complaint.objects.get(pk=complaint.pk)
    assert (complaint.status, complaint.cycle, complaint.remedy, complaint.cause) == (
        "in_progress", 2, "sought", "cause_known",
    )  # fmt: skip
