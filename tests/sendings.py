"""Every form of the desk as somebody sends it with success: who, on which row, typing what.

`SENDINGS` has at least one scene for each address that does something;
`test_submit_twice.py` walks the URLconf and sends each of them twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.urls import reverse

from complaints import clock
from complaints.actions import approval as approvals
from complaints.actions import closure, contact, resolution, verification
from complaints.actions import handoff as actions
from complaints.actions.correspondence import note_bounce, send_now
from complaints.actions.outbox import hold_mail
from complaints.models import Approval, CauseCategory, Complaint, Evidence, Message, Offer, User
from escalation.actions.escalation import ask_back, decide, raise_escalation
from escalation.models import Escalation
from followups.models import FollowUp, Promise
from followups.tasks import miss_promises
from tests import factories
from tests.complaints import handoff_forms as handoffs
from tests.complaints.handoff_forms import later
from tests.factories import Cast


@dataclass(frozen=True)
class Sending:
    """`other`: what to say differently, where no words are typed. `afterwards`: what the same key with other words is
    answered; where the first result has put the page out of this person's reach, that is the plain 403 or 404."""

    by: User
    on: Model | None
    typed: dict[str, Any]
    query: str = ""
    other: dict[str, Any] = field(default_factory=dict)
    afterwards: int = 409

    def url(self, name: str) -> str:
        if self.on is None:
            return reverse(name) + self.query
        return reverse(name, args=[getattr(self.on, "reference", self.on.pk)]) + self.query


Scene = Callable[[Cast], Sending]
SENDINGS: dict[str, list[Scene]] = {}


def sends(name: str) -> Callable[[Scene], Scene]:
    def add(scene: Scene) -> Scene:
        SENDINGS.setdefault(name, []).append(scene)
        return scene

    return add


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


# -- calls and customers ----------------------------------------------------------
CALL = {"narrative": "Kulkasnya tidak dingin.", "wants": ["repair"]}


@sends("complaints:call-new")
def first_call_of_a_customer(cast: Cast) -> Sending:
    return Sending(cast.agent, None, CALL, query=f"?customer={cast.customer.pk}")


@sends("complaints:call-new")
def call_of_somebody_new(cast: Cast) -> Sending:
    return Sending(cast.agent, None, {**CALL, "phone": "0813 0000 1111"}, query="?customer=new")


@sends("complaints:call-new")
def call_about_an_open_complaint(cast: Cast) -> Sending:
    about = factories.in_progress(cast).reference
    typed = {"narrative": "Bagaimana?", "about": about}
    return Sending(cast.colleague, None, typed, query=f"?customer={cast.customer.pk}")


@sends("complaints:call-new")
def question_that_becomes_a_complaint(cast: Cast) -> Sending:
    asked = contact.log_enquiry(cast.customer, factories.said(direction="in", words="Kapan dingin?"), by=cast.agent)
    return Sending(cast.agent, None, CALL, query=f"?enquiry={asked.pk}", afterwards=404)


@sends("complaints:read-back")
def read_back(cast: Cast) -> Sending:
    promise = {"promised": "call with the answer of Sales", "promised_by": later(days=1)}
    return Sending(cast.agent, factories.received(cast), {"why_it_matters": "Mahal.", **promise})


@sends("complaints:customer-details")
def customer_details(cast: Cast) -> Sending:
    return Sending(cast.agent, cast.customer, {"address": "Jalan Melati 8", "phones": "0812 9999 0000"})


@sends("complaints:enquiry-new")
def enquiry(cast: Cast) -> Sending:
    return Sending(cast.agent, cast.customer, {"words": "Jam buka toko?"})


@sends("complaints:preferences")
def preferences(cast: Cast) -> Sending:
    return Sending(cast.agent, None, {"theme": "dark"}, other={"theme": "light"})


# -- contacts and notes -------------------------------------------------------------
@sends("complaints:contact-new")
def contact_that_promises(cast: Cast) -> Sending:
    said = {"direction": "out", "reached": "yes", "reply": "substantive", "words": "Rina memeriksa nota."}
    promise = {"promised": "call again", "promised_by": later(days=1)}
    return Sending(cast.colleague, factories.in_progress(cast), {**said, **promise})


@sends("complaints:note-new")
def note(cast: Cast) -> Sending:
    return Sending(cast.colleague, factories.in_progress(cast), {"words": "She sounds tired."})


@sends("complaints:addition-new")
def addition(cast: Cast) -> Sending:
    return Sending(cast.colleague, factories.in_progress(cast), {"words": "Namanya Budi."})


@sends("complaints:final-reply")
def final_reply(cast: Cast) -> Sending:
    complaint = factories.in_progress(cast)
    return Sending(cast.agent, complaint, {f"answer_{complaint.issues.get().pk}": "Uang Ibu sudah kembali."})


# -- letters ------------------------------------------------------------------------
def held(cast: Cast) -> Message:
    return factories.letter(cast, factories.in_progress(cast))


@sends("complaints:letter-new")
def letter_in_own_words(cast: Cast) -> Sending:
    return Sending(cast.colleague, factories.in_progress(cast), {"words": "Nota Ibu sudah kami periksa."})


@sends("complaints:letter-new")
def letter_that_asks_for_something(cast: Cast) -> Sending:
    typed = {"item": "nota", "items": "Foto nota pembelian.", "answer_by": later(days=5), "remind_on": later(days=3)}
    return Sending(cast.agent, factories.in_progress(cast), typed, query="?kind=request")


@sends("complaints:letter-new")
def letter_that_corrects(cast: Cast) -> Sending:
    complaint = factories.in_progress(cast, was_told="2 tahun", correct_information="1 tahun")
    return Sending(cast.agent, complaint, {"meaning": "Garansi Ibu habis bulan Mei."}, query="?kind=correction")


@sends("complaints:message-undoing")
def letter_taken_back(cast: Cast) -> Sending:
    return Sending(cast.agent, held(cast), {})


@sends("complaints:message-release")
def letter_sent_at_once(cast: Cast) -> Sending:
    return Sending(cast.colleague, held(cast), {})


@sends("complaints:message-cancellation")
def letter_cancelled(cast: Cast) -> Sending:
    letter = held(cast)
    send_now(letter, by=cast.agent)
    return Sending(cast.agent, letter, {"reason": "She called, it is settled."})


@sends("complaints:message-resending")
def letter_sent_again(cast: Cast) -> Sending:
    return Sending(cast.agent, factories.carried(held(cast)), {"reason": "She deleted it."})


@sends("complaints:message-bounce")
def letter_that_came_back(cast: Cast) -> Sending:
    return Sending(cast.agent, factories.carried(held(cast)), {"reason": "Mailbox full."})


@sends("complaints:mail-hold")
def all_mail_held(cast: Cast) -> Sending:
    return Sending(cast.supervisor, None, {"reason": "Restored this morning."})


@sends("complaints:mail-release")
def all_mail_released(cast: Cast) -> Sending:
    hold_mail(by=cast.manager, reason="Restored this morning.")
    return Sending(cast.supervisor, None, {})


@sends("complaints:task-completion")
def told_another_way(cast: Cast) -> Sending:
    letter = note_bounce(factories.carried(held(cast)), by=cast.agent, reason="Mailbox full.")
    return Sending(cast.colleague, letter.task, {"words": "Read it to her on the phone."})


# -- details and owner ----------------------------------------------------------------
@sends("complaints:details")
def details(cast: Cast) -> Sending:
    return Sending(cast.agent, factories.in_progress(cast), {"topic": "Wrong warranty, twice"})


@sends("complaints:owner")
def owner_gives_it_away(cast: Cast) -> Sending:
    typed = {"owner": cast.colleague.pk, "reason": "On leave from tomorrow."}
    return Sending(cast.agent, factories.in_progress(cast), typed, afterwards=403)


@sends("complaints:person-complained-of")
def person_complained_of(cast: Cast) -> Sending:
    other = {"person": cast.finance_officer.pk}
    return Sending(cast.colleague, factories.in_progress(cast), {"person": cast.officer.pk}, other=other)


@sends("complaints:issue-new")
def issue(cast: Cast) -> Sending:
    return Sending(cast.agent, factories.in_progress(cast), {"words": "Nobody called back"})


# -- handoffs -------------------------------------------------------------------------
@sends("complaints:handoff-new")
def handoff(cast: Cast) -> Sending:
    typed = {"department": cast.sales.pk, "question": "Was a 2-year warranty promised?", "answer_by": later()}
    return Sending(cast.agent, factories.in_progress(cast), typed)


@sends("complaints:handoff-acceptance")
def handoff_accepted_for_sooner(cast: Cast) -> Sending:
    sent = factories.handed_off(cast, factories.in_progress(cast))
    return Sending(cast.officer, sent, {"answer_by": later(hours=20)}, other={"answer_by": later(hours=10)})


@sends("complaints:handoff-return")
def handoff_returned(cast: Cast) -> Sending:
    typed = {"why": "not_ours", "words": "Ask Finance."}
    return Sending(cast.officer, factories.handed_off(cast, factories.in_progress(cast)), typed, afterwards=404)


@sends("complaints:handoff-answer")
def handoff_answered_with_a_file(cast: Cast) -> Sending:
    typed = {"words": "14.20 Dua tahun disebut.", "cause_is_ours": "yes", "file": handoffs.upload()}
    return Sending(cast.officer, factories.handed_off(cast, factories.in_progress(cast)), typed)


@sends("complaints:handoff-settlement")
def handoff_settled(cast: Cast) -> Sending:
    return Sending(cast.agent, handoffs.answered(cast), {"words": "Two years were promised."})


@sends("complaints:handoff-question")
def handoff_asked_again(cast: Cast) -> Sending:
    return Sending(cast.agent, handoffs.answered(cast), {"words": "By whom?", "answer_by": later()})


@sends("complaints:handoff-redirection")
def handoff_sent_again(cast: Cast) -> Sending:
    back = handoffs.returned(cast, factories.handed_off(cast, factories.in_progress(cast)))
    typed = {"department": cast.finance.pk, "words": "The receipt is yours.", "answer_by": later()}
    return Sending(cast.agent, back, typed)


@sends("complaints:handoff-assignment")
def handoff_assigned(cast: Cast) -> Sending:
    return Sending(cast.supervisor, handoffs.returned_twice(cast), {"words": "Yours.", "answer_by": later()})


@sends("complaints:handoff-withdrawal")
def handoff_withdrawn(cast: Cast) -> Sending:
    return Sending(cast.agent, factories.handed_off(cast, factories.in_progress(cast)), {"words": "No longer needed."})


@sends("complaints:handoff-message")
def handoff_message(cast: Cast) -> Sending:
    return Sending(cast.officer, factories.handed_off(cast, factories.in_progress(cast)), {"words": "Which shop?"})


@sends("complaints:handoff-chase")
def handoff_chased(cast: Cast) -> Sending:
    return Sending(cast.agent, factories.handed_off(cast, factories.in_progress(cast)), {"words": "She waits."})


# -- evidence, accounts, verdicts ----------------------------------------------------------
@sends("complaints:evidence-new")
def evidence(cast: Cast) -> Sending:
    typed = {"kind": "receipt", "note": "Receipt INV-8812", "file": handoffs.upload()}
    return Sending(cast.agent, factories.in_progress(cast), typed)


@sends("complaints:handoff-file-new")
def file_of_a_department(cast: Cast) -> Sending:
    typed = {"kind": "receipt", "note": "From the shop", "file": handoffs.upload()}
    return Sending(cast.officer, factories.handed_off(cast, factories.in_progress(cast)), typed)


def being_checked(cast: Cast) -> Complaint:
    return verification.start_verifying(factories.in_progress(cast), by=cast.agent)


def told_by_both(cast: Cast) -> Complaint:
    complaint = being_checked(cast)
    factories.told_by_both(cast, complaint)
    return complaint


@sends("complaints:verification")
def checking_begins(cast: Cast) -> Sending:
    return Sending(cast.agent, factories.in_progress(cast), {})


@sends("complaints:account-new")
def account(cast: Cast) -> Sending:
    return Sending(cast.colleague, being_checked(cast), {"party": "customer", "words": "14.20 Saya datang ke toko."})


@sends("complaints:difference-new")
def difference(cast: Cast) -> Sending:
    typed = {"topic": "When", "customer_says": "14.20", "other_says": "noon"}
    return Sending(cast.agent, told_by_both(cast), typed)


@sends("complaints:difference-finding")
def finding(cast: Cast) -> Sending:
    noted = verification.note_discrepancy(
        told_by_both(cast), by=cast.agent, topic="When", customer_says="14.20", other_says="noon"
    )
    typed = {"state": "explained", "finding": "CCTV: 14.20", "why_no_evidence": "Overwritten"}
    return Sending(cast.agent, noted, typed)


@sends("complaints:verdict")
def verdict(cast: Cast) -> Sending:
    complaint = being_checked(cast)
    verification.take_account(complaint, by=cast.agent, party="customer", words="14.20 Saya datang ke toko.")
    return Sending(cast.agent, complaint.issues.get(), {"finding": "upheld", "reasons": "The receipt says so."})


@sends("complaints:verification-end")
def checking_ends(cast: Cast) -> Sending:
    complaint = being_checked(cast)
    verification.take_account(complaint, by=cast.agent, party="customer", words="14.20 Saya datang ke toko.")
    verification.give_verdict(complaint.issues.get(), by=cast.agent, finding="upheld", reasons="The receipt.")
    return Sending(cast.agent, complaint, {})


# -- cause and improvements -----------------------------------------------------------------
@sends("complaints:cause")
def cause(cast: Cast) -> Sending:
    complaint = factories.verified(cast, factories.in_progress(cast))
    kept: Evidence = factories.with_evidence(cast, complaint)
    typed = {
        "category": CauseCategory.objects.get(name="Promoter").pk,
        "statement": "The leaflet leaves out the registration.",
        "method": "five_whys",
        "evidence": [kept.pk],
    }
    return Sending(cast.agent, complaint, typed)


@sends("complaints:undetermined-new")
def undetermined_cause(cast: Cast) -> Sending:
    complaint = factories.verified(cast, factories.in_progress(cast))
    return Sending(cast.agent, complaint, {"reason": "No camera, no receipt."})


@sends("complaints:new-facts")
def new_facts(cast: Cast) -> Sending:
    complaint = factories.cause_known(cast, factories.in_progress(cast))
    return Sending(cast.agent, complaint, {"reason": "A witness came."})


@sends("complaints:improvement-new")
def improvement(cast: Cast) -> Sending:
    typed = {
        "kind": "training",
        "words": "Train the promoters.",
        "owner": cast.officer.pk,
        "due_on": (clock.now() + timedelta(days=30)).date().isoformat(),
        "measure": "None in 90 days",
    }
    return Sending(cast.agent, factories.cause_known(cast, factories.in_progress(cast)), typed)


@sends("complaints:improvement-none")
def no_improvement(cast: Cast) -> Sending:
    complaint = factories.cause_known(cast, factories.in_progress(cast))
    return Sending(cast.agent, complaint, {"reason": "The shop has closed."})


# -- offers ------------------------------------------------------------------------------------
OFFER = {"kind": "as_asked", "kind_1": "refund", "currency_1": "IDR"}


@sends("complaints:offer-new")
def offer_above_the_limit(cast: Cast) -> Sending:
    when = {"answer_by": later(days=3), "deliver_by": later(days=6), "why_more": "Third call."}
    return Sending(cast.agent, factories.in_progress(cast), {**OFFER, "amount_1": "1250000", **when})


def live(cast: Cast) -> Offer:
    return factories.offered(cast, factories.in_progress(cast))


@sends("complaints:offer-acceptance")
def offer_accepted(cast: Cast) -> Sending:
    return Sending(cast.colleague, live(cast), {"channel": "phone", "words": "Ya, saya terima."})


@sends("complaints:offer-refusal")
def offer_refused(cast: Cast) -> Sending:
    return Sending(cast.colleague, live(cast), {"channel": "phone", "words": "Tidak."})


@sends("complaints:offer-withdrawal")
def offer_withdrawn(cast: Cast) -> Sending:
    return Sending(cast.agent, live(cast), {"reason": "The amount was wrong."})


@sends("complaints:offer-failure")
def offer_failed(cast: Cast) -> Sending:
    offer = factories.accepted(cast, factories.in_progress(cast))
    return Sending(cast.agent, offer, {"reason": "The account is closed."})


@sends("complaints:item-fulfilment")
def last_proof(cast: Cast) -> Sending:
    item = factories.accepted(cast, factories.in_progress(cast)).items.get()
    return Sending(cast.agent, item, {"reference": "TRF-2231"})


# -- approvals ---------------------------------------------------------------------------------
def offer_to_approve(cast: Cast) -> Approval:
    complaint = factories.in_progress(cast)
    facts = factories.offer_facts(items=[resolution.ItemFacts("refund", Decimal("1250000"), "IDR")])
    resolution.make_offer(complaint, facts, by=cast.agent, why_more="Third call.")
    return complaint.approvals.get()


def exception_to_approve(cast: Cast) -> Approval:
    return factories.asked_exception(cast, factories.in_progress(cast))


@sends("complaints:approval-yes")
def yes_on_other_terms(cast: Cast) -> Sending:
    asked = offer_to_approve(cast)
    assert asked.offer
    amount = {f"amount_{asked.offer.items.get().pk}": "1000000"}
    return Sending(cast.supervisor, asked, {"outcome": "A little less.", **amount})


@sends("complaints:approval-yes")
def yes_to_an_exception(cast: Cast) -> Sending:
    return Sending(cast.supervisor, exception_to_approve(cast), {"outcome": "She said so."})


@sends("complaints:approval-no")
def no(cast: Cast) -> Sending:
    return Sending(cast.supervisor, offer_to_approve(cast), {"outcome": "Offer a repair."})


@sends("complaints:approval-withdrawal")
def request_taken_back(cast: Cast) -> Sending:
    return Sending(cast.agent, exception_to_approve(cast), {})


@sends("complaints:waiver-new")
def waiver(cast: Cast) -> Sending:
    late = factories.handed_off(cast, factories.in_progress(cast), answer_by=clock.now() + timedelta(hours=1))
    clock.advance(timedelta(hours=2))
    late = actions.answer_at_once(late, by=cast.officer, words="Two years were said.")
    return Sending(cast.agent, late, {"reason": "The promoter was on leave."})


# -- where it ends, and comes back ----------------------------------------------------------------
@sends("complaints:closure")
def closing(cast: Cast) -> Sending:
    complaint = factories.ready_to_close(cast)
    clock.advance(timedelta(hours=49))
    return Sending(cast.agent, complaint, {})


@sends("complaints:exception-new")
def exception_asked(cast: Cast) -> Sending:
    return Sending(cast.agent, factories.in_progress(cast), {"kind": "withdrawn", "reason": "She let it go."})


@sends("complaints:exception")
def closing_by_exception(cast: Cast) -> Sending:
    complaint = factories.cause_known(cast, factories.in_progress(cast))
    factories.answered(cast, complaint)
    factories.improved(cast, complaint)
    approvals.approve(factories.asked_exception(cast, fresh(complaint)), by=cast.supervisor, outcome="She said so.")
    return Sending(cast.agent, fresh(complaint), {})


@sends("complaints:decline-new")
def decline_asked(cast: Cast) -> Sending:
    return Sending(cast.agent, factories.received(cast), {"reason": "Only the opening hours."})


@sends("complaints:decline")
def declined(cast: Cast) -> Sending:
    complaint = factories.received(cast)
    asked = approvals.ask_approval(complaint, by=cast.agent, kind=Approval.Kind.DECLINE, reason="A question.")
    approvals.approve(asked, by=cast.supervisor, outcome="A question.")
    return Sending(cast.agent, fresh(complaint), {})


@sends("complaints:reopening")
def reopened(cast: Cast) -> Sending:
    return Sending(cast.colleague, factories.closed(cast), {"reason": "It broke again."})


@sends("complaints:merger")
def merged(cast: Cast) -> Sending:
    target = factories.in_progress(cast)
    return Sending(cast.agent, factories.received(cast), {"reference": target.reference})


@sends("complaints:unmerging")
def unmerged(cast: Cast) -> Sending:
    source = closure.merge_complaint(factories.received(cast), into=factories.in_progress(cast), by=cast.agent)
    return Sending(cast.supervisor, source, {})


# -- escalations --------------------------------------------------------------------------------------
def raised(cast: Cast) -> Escalation:
    complaint = factories.in_progress(cast)
    return raise_escalation(complaint, by=cast.agent, trigger_key="by_hand:1", question="Who pays?")


@sends("escalation:escalation-new")
def escalated(cast: Cast) -> Sending:
    return Sending(cast.colleague, factories.in_progress(cast), {"question": "Who pays for the transport?"})


@sends("escalation:acknowledgement")
def taken_up(cast: Cast) -> Sending:
    return Sending(cast.supervisor, raised(cast), {})


@sends("escalation:decision")
def decided(cast: Cast) -> Sending:
    return Sending(cast.supervisor, raised(cast), {"decision": "approve", "outcome": "We pay."})


@sends("escalation:decision")
def decided_and_taken_over(cast: Cast) -> Sending:
    return Sending(cast.supervisor, raised(cast), {"decision": "take_over", "outcome": "I do it myself."})


@sends("escalation:question")
def asked_back(cast: Cast) -> Sending:
    return Sending(cast.supervisor, raised(cast), {"words": "How much is it?"})


@sends("escalation:answer")
def answered_back(cast: Cast) -> Sending:
    return Sending(cast.agent, ask_back(raised(cast), by=cast.supervisor, words="How much?"), {"words": "Rp 50.000"})


@sends("escalation:completion")
def carried_out(cast: Cast) -> Sending:
    done = decide(raised(cast), by=cast.supervisor, decision="approve", outcome="We pay.")
    return Sending(cast.agent, done, {"words": "Paid today."})


# -- what is still owed ----------------------------------------------------------------------------------
def promise(cast: Cast) -> Promise:
    made: Promise = factories.in_progress(cast).promises.get()
    return made


def missed(cast: Cast) -> Promise:
    made = promise(cast)
    clock.advance(timedelta(days=3))
    miss_promises()
    return made


@sends("followups:promise-keeping")
def promise_kept(cast: Cast) -> Sending:
    return Sending(cast.colleague, promise(cast), {"words": "Sudah kami telepon."})


@sends("followups:promise-keeping")
def promise_kept_late(cast: Cast) -> Sending:
    return Sending(cast.colleague, missed(cast), {"words": "Maaf, kami terlambat."})


@sends("followups:promise-redating")
def promise_redated(cast: Cast) -> Sending:
    typed = {"words": "Besok saja ya.", "due_at": later(days=4), "reason": "Sales is closed today."}
    return Sending(cast.agent, promise(cast), typed)


@sends("followups:promise-telling")
def missed_promise_told(cast: Cast) -> Sending:
    late = missed(cast)
    typed = {"words": "Maaf, kami terlambat.", "promised": "call again", "promised_by": later(days=1)}
    return Sending(cast.colleague, late, typed)


@sends("followups:promise-release")
def promise_released(cast: Cast) -> Sending:
    return Sending(cast.agent, promise(cast), {"reason": "She said it need not be."})


def follow_up(complaint: Complaint) -> FollowUp:
    due: FollowUp = complaint.follow_ups.get(state="due")
    return due


@sends("followups:follow-up-result")
def satisfied_and_so_closed(cast: Cast) -> Sending:
    complaint = factories.ready_to_close(cast)
    return Sending(cast.colleague, follow_up(complaint), {"result": "satisfied", "words": "Terima kasih."})


@sends("followups:follow-up-result")
def not_satisfied_and_so_reopened(cast: Cast) -> Sending:
    complaint = factories.closed(cast)
    return Sending(cast.colleague, follow_up(complaint), {"result": "not_satisfied", "words": "Rusak lagi."})


@sends("followups:follow-up-try")
def reached_nobody(cast: Cast) -> Sending:
    due = follow_up(factories.resolved(cast))
    return Sending(cast.colleague, due, {"channel": "email"}, other={"channel": "chat"})
