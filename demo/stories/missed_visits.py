"""An English-speaking customer: two visits nobody came to. Decided by the supervisor, not carried out yet."""

from demo.telling import REPAIR, Stage, Story, caller, heard, keep, read_back, take
from escalation.actions.escalation import decide, raise_escalation, take_up


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(5, "9:33")
    daniel = caller(
        who.maya,
        "Daniel Whitfield",
        "Mr",
        phones=["+62 811 9450 3321"],
        emails=["d.whitfield@mail.example"],
        language="en",
    )
    complaint = take(
        daniel,
        "I took two mornings off for the installation of my water heater and nobody turned up, not even a message. I "
        "can only be at home after six. Is that really impossible?",
        by=who.maya,
        wants=["other", "apology"],
        wanted_words="An installation in the evening",
        category=REPAIR,
        topic="Two visits nobody came to",
        product="Water heater",
        aspect="service",
        emotion=3,
        department_concerned=who.service,
        issues=["Nobody came, twice, and nobody said so"],
    )

    yield days.back(5, "9:41")
    read_back(
        complaint,
        by=who.maya,
        happened="Two appointments for your water heater were not kept, and nobody told you.",
        matters="You lost two mornings of work.",
        wanted="An installation after six in the evening, and an apology.",
        promise="call you about an evening visit",
        due=days.back(3, "17:00"),
    )

    yield days.back(3, "15:10")
    keep(
        complaint,
        "I am sorry, Mr Whitfield. The service centre has no evening round; I have asked my supervisor to decide.",
        by=who.maya,
    )
    question = raise_escalation(
        complaint,
        by=who.maya,
        trigger_key="by_hand:evening-visit",
        question="The service centre works until five. May we pay a fitter for one evening?",
    )

    yield days.back(2, "9:20")
    take_up(question, by=who.dewi)

    yield days.back(2, "18:05")
    heard(
        complaint,
        "Any news? Any evening of this week or the next would be fine.",
        by=who.maya,
        channel="email",
        emotion=2,
        answers_us=True,
    )

    yield days.back(1, "13:45")
    decide(
        question,
        by=who.dewi,
        decision="otherwise",
        outcome="Not an overtime round, but Joko lives nearby and goes on his way home; Maya arranges the evening with "
        "both and apologises for the two mornings.",
    )
