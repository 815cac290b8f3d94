"""The complaint of the first seed as three people meet it in a browser, with time passing in between."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from complaints import clock
from complaints.models import Complaint, User
from complaints.tasks import close_finished_complaints
from complaints.timeline import flaws
from escalation.tasks import refresh_next_steps
from followups.tasks import miss_promises
from tests.browser.person import Person
from tests.complaints.handoff_forms import later
from tests.factories import Cast

pytestmark = pytest.mark.browser


def only() -> Complaint:
    return Complaint.objects.get()


def test_from_the_call_to_the_closing(cast: Cast, sign_in: Callable[[User], Person]) -> None:
    agent, officer, supervisor = (sign_in(user) for user in (cast.agent, cast.officer, cast.supervisor))
    calls_and_reads_back(agent)
    home = only().get_absolute_url()
    asks_the_department(agent, home)
    answers(officer)
    settles(agent, home)
    offers_more_than_allowed(agent, home)
    approves(supervisor)
    hears_the_yes_and_proves(agent, home)
    finds_out_why(agent, home)
    gives_the_final_reply(agent, home)
    keeps_what_was_promised(agent, home)
    asks_whether_it_is_solved(agent, home)
    assert (only().status, only().outcome) == ("closed", "accepted")
    assert list(flaws()) == []


def calls_and_reads_back(agent: Person) -> None:
    agent.opens("/")
    agent.follows("Log a call")
    agent.fills({"Caller": "0812 3344 5678"})
    agent.presses("Find")
    agent.fills({"What happened, in the customer’s words": "Kata promotornya garansi dua tahun. Di nota cuma satu."})
    agent.chooses("refund")
    agent.fills({"Amount": "1250000"})
    agent.page.get_by_text("More: topic, product").click()
    agent.fills({"What the customer was told": "Two years", "Correct information": "One year"})
    agent.presses("Save and read back")
    agent.is_told("Registered as C")
    agent.fills({"will do what": "call with the answer of Sales", "by when": later(days=4)})
    agent.presses("Customer agrees: finish the call")
    agent.is_told("The customer agreed")


def asks_the_department(agent: Person, home: str) -> None:
    agent.opens(home)
    agent.follows("Hand off")
    agent.picks("Department", "Sales")
    agent.fills({"What we need from them": "Was a 2-year warranty promised?", "Answer by": later(days=1)})
    agent.page.locator("main .primary").click()
    agent.reads("Sales has not accepted it yet")


def answers(officer: Person) -> None:
    officer.opens("/inbox/")
    officer.follows("Was a 2-year warranty promised?")
    officer.chooses("Accept: we will answer")
    officer.presses("Accept")
    officer.is_told("Accepted. Andi sees it")
    officer.fills({"What happened": "14.20 Dua tahun disebut."})
    officer.presses("Send the answer to Andi")
    officer.is_told("Andi reads it and answers the customer")


def settles(agent: Person, home: str) -> None:
    agent.opens(home)
    agent.goes_on("Read the answer")
    agent.goes_on("Settle")
    agent.fills({"What it settles": "Two years were promised."})
    agent.presses("Settle")
    agent.is_told("Settled. Sales sees it")


def offers_more_than_allowed(agent: Person, home: str) -> None:
    agent.opens(home)
    agent.goes_on("Make an offer")
    agent.chooses("as asked")
    agent.fills({
        "The customer answers by": later(days=3),
        "It reaches the customer by": later(days=6),
        "Why more than your limit": "Third call, promise missed.",
    })  # fmt: skip
    agent.presses("Make the offer")
    agent.is_told("above your limit: a supervisor decides")


def approves(supervisor: Person) -> None:
    supervisor.opens("/board/")
    supervisor.goes_on("Approve")
    supervisor.fills({"Your words to whoever asked": "Yes, with our apology."})
    supervisor.presses("Approve")
    supervisor.is_told("Approved. The offer can be put to the customer")


def hears_the_yes_and_proves(agent: Person, home: str) -> None:
    agent.opens(home)
    agent.goes_on("Note the answer")
    agent.follows("The customer accepts")
    agent.chooses("phone")
    agent.fills({"In the customer's words": "Ya, saya terima."})
    agent.presses("Accepted")
    agent.is_told("Accepted. Promised to the customer by")
    agent.follows("Record the proof")
    agent.fills({"Reference": "TRF-2231"})
    agent.presses("Save the proof")
    agent.is_told("the complaint is resolved")
    assert (only().status, only().cause) == ("resolved", "unverified"), "putting it right did not wait"


def finds_out_why(agent: Person, home: str) -> None:
    agent.opens(home)
    agent.goes_on("Start checking")
    agent.sees("Find out why")
    agent.goes_on("Start checking")
    agent.is_told("Checking has started")
    agent.follows("Add evidence")
    agent.chooses("Receipt")
    agent.fills({"What it shows": "Receipt INV-8812"})
    agent.goes_on("Keep it")
    agent.goes_on("Go on checking")
    agent.goes_on("Open the accounts")
    agent.goes_on("Take an account")
    agent.chooses("customer")
    agent.fills({"What happened, in order": "14.20 Saya datang ke toko."})
    agent.goes_on("Save the account")
    agent.opens(f"{home}verification/")
    agent.goes_on("Give the verdicts")
    agent.sees("A verdict on each issue")
    agent.goes_on("Give the verdict")
    agent.chooses("upheld", "INV-8812")
    agent.fills({"Reasons": "Sales says so itself."})
    agent.goes_on("Give the verdict")
    agent.follows("To the steps of checking")
    agent.goes_on("The facts are checked")
    agent.sees("The facts are checked")
    agent.goes_on("The facts are checked")
    agent.is_told("Next: the root cause")
    names_the_cause(agent)


def names_the_cause(agent: Person) -> None:
    agent.goes_on("cause")
    agent.picks("Category", "Promoter")
    agent.fills({"Statement": "The leaflet leaves out the registration."})
    agent.chooses("five whys", "INV-8812")
    agent.goes_on("Confirm the cause")
    agent.is_told("The cause is confirmed")
    agent.goes_on("Plan an improvement")
    agent.chooses("training")
    agent.fills({"What will be different": "Train the promoters.", "How we will see that it worked": "None in 90 days"})
    agent.picks("Who sees to it", "Rina Hartati")
    agent.page.get_by_label("By", exact=True).fill((clock.now() + timedelta(days=30)).date().isoformat())
    agent.goes_on("Plan it")
    agent.is_told("Planned")


def gives_the_final_reply(agent: Person, home: str) -> None:
    agent.opens(f"{home}final-reply/")
    agent.fills({"Answer to": "Uang Ibu sudah kembali.", "Correction": "Garansinya satu tahun."})
    agent.presses("Give the final reply")
    agent.is_told("Every issue is answered")


def keeps_what_was_promised(agent: Person, home: str) -> None:
    agent.opens(home)
    agent.goes_on("See what is missing")
    agent.reads("1 thing is missing")
    agent.goes_on("Open")
    agent.goes_on("It is kept")
    agent.fills({"What you told the customer": "Sudah kami telepon."})
    agent.goes_on("It is kept")
    agent.is_told("Kept")


def asks_whether_it_is_solved(agent: Person, home: str) -> None:
    clock.advance(timedelta(hours=30))
    refresh_next_steps()
    miss_promises()
    assert close_finished_complaints() == 0, "the window is not over"
    agent.opens(f"{home}closure/")
    agent.reads("Nothing is missing")
    agent.follows("Follow-up: is it really solved?")
    agent.follows("Note what the customer says")
    agent.chooses("Yes: it is solved")
    agent.fills({"What the customer said": "Terima kasih."})
    agent.presses("Save the result")
    agent.is_told("Noted. The complaint is closed")
