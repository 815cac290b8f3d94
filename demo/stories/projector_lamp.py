"""In English, in Kuala Lumpur: she answered no, and opened it again herself by the link. The second cycle."""

from complaints.actions.cause import need_no_improvement
from demo.days import KUALA_LUMPUR as KL
from demo.telling import (
    REPAIR,
    Item,
    Stage,
    Story,
    accepts,
    answers,
    caller,
    keep,
    offer,
    opens_again,
    put_right,
    read_back,
    take,
    told,
)


def tell(stage: Stage) -> Story:
    days, faizal = stage.days, stage.cast.faizal

    yield days.back(9, "10:05", KL)
    priya = caller(
        faizal,
        "Priya Nair",
        "Ms",
        phones=["+60 17-664 0912"],
        emails=["priya.nair@example.com"],
        language="en",
        country="MY",
    )
    complaint = take(
        priya,
        "The lamp of my projector went dark after three weeks. I run a small film club and the next evening is on "
        "Friday. Your shop told me lamps are never covered.",
        by=faizal,
        wants=["repair"],
        category=REPAIR,
        topic="Lampu projektor padam selepas tiga minggu",
        product="Projector SN-P1",
        aspect="product",
        severity="low",
        emotion=3,
        issues=["The lamp failed after three weeks"],
    )

    yield days.back(9, "10:14", KL)
    read_back(
        complaint,
        by=faizal,
        happened="The lamp of your projector went dark after three weeks, and the shop said lamps are never covered.",
        matters="You show films to a club every other Friday.",
        wanted="A new lamp, fitted.",
        promise="call you with the day of the repair",
        due=days.back(7, "17:00", KL),
        by_letter=True,
    )
    lamp = offer(
        complaint,
        Item("repair", words="a new lamp, fitted at the shop while you wait"),
        by=faizal,
        answer_by=days.back(7, "17:00", KL),
        deliver_by=days.back(5, "17:00", KL),
    )

    yield days.back(8, "21:30", KL)
    accepts(lamp, "Yes please.", by=stage.cast.customer, channel="web")

    yield days.back(7, "11:20", KL)
    keep(complaint, "The lamp is at the shop, Ms Nair. Bring the projector any afternoon.", by=faizal)

    yield days.nights(5, "10:30", KL)
    put_right(
        lamp,
        by=faizal,
        happened="First three weeks: two hours each evening.\nSunday, about nine: the picture went dark.",
        seen="Lembaran kerja kedai: lampu diganti, diuji sejam",
        found=("upheld", "Lampu gagal dalam tempoh jaminan 90 hari."),
        because=("Product and supplier", "Mentol daripada kelompok yang filamennya lemah."),
        reference="WS-1180",
        reply="The lamp was replaced at our cost and tested for an hour. Lamps are covered for 90 days: the shop was "
        "wrong.",
        closing_words="We hope Friday's film is a good one.",
    )
    need_no_improvement(complaint, by=faizal, reason="Kedai sudah diberi senarai jaminan yang betul.")

    yield days.nights(4, "21:15", KL)
    answers(complaint, "no", "It went dark again after two films.", handling=3, effort=4, had_to_repeat=True)

    yield days.nights(4, "21:20", KL)
    opens_again(complaint, "The new lamp lasted two evenings. I do not want a third one, I want to know what kills it.")

    yield days.nights(3, "9:35", KL)
    keep(
        complaint,
        "I have read it, Ms Nair, and I am sorry. This time the bench looks at the power supply, not at the lamp. I "
        "collect the projector from your home tomorrow.",
        by=faizal,
    )

    yield days.nights(1, "16:40", KL)
    told(
        complaint,
        "The bench measured it: the power supply gives too much when it is warm. They look for a part; if there is "
        "none, we exchange the projector.",
        by=faizal,
        promised="call you with repair or exchange",
        promised_by=days.ahead(1, "17:00", KL),
    )
