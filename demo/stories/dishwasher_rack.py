"""In English, by e-mail: what we understood was mailed to him, and by its link he says that it is not right."""

from demo.days import KUALA_LUMPUR as KL
from demo.telling import FAULTY, Stage, Story, caller, read_back, take, writes


def tell(stage: Stage) -> Story:
    days, faizal = stage.days, stage.cast.faizal

    yield days.back(2, "9:20", KL)
    marcus = caller(faizal, "Marcus Teo", "Mr", emails=["marcus.teo@example.com"], language="en", country="MY")
    complaint = take(
        marcus,
        "The lower rack of my dishwasher has lost its coating and leaves rust on every plate. I wrote to the shop "
        "twice and got two different answers. Please sort it out.",
        by=faizal,
        wants=["replacement"],
        category=FAULTY,
        topic="Rak mesin basuh pinggan berkarat",
        product="Dishwasher SN-D4",
        aspect="product",
        channel="email",
        issues=["The lower rack rusts", "Two different answers from the shop"],
    )

    yield days.back(2, "10:05", KL)
    read_back(
        complaint,
        by=faizal,
        happened="The lower rack of your dishwasher has lost its coating and leaves rust. The shop has not answered.",
        matters="Every plate has to be washed again by hand.",
        wanted="A new machine.",
        promise="call you with the answer of the service centre",
        due=days.ahead(2, "17:00", KL),
        agreed=False,
        by_letter=True,
    )

    yield days.nights(0, "11:00", KL)
    writes(
        complaint,
        "Not quite. I asked for a new rack, not for a new machine. And the shop did answer: once that racks are "
        "covered for two years, once that they are not.",
        disputes=True,
    )
