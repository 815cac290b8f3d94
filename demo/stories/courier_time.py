"""A promise that falls due today: given a new date in time, and the customer told first, by letter."""

from demo.telling import LATE, Stage, Story, caller, read_back, said, take
from followups.actions.promise import redate_promise


def tell(stage: Stage) -> Story:
    days, siti = stage.days, stage.cast.siti

    yield days.back(3, "13:25")
    kristina = caller(siti, "Kristina Manurung", phones=["0813 7077 1240"], emails=["kristina.m@mail.example"])
    complaint = take(
        kristina,
        "Kompor tanam saya seharusnya datang minggu lalu. Dapur sudah dibongkar, tukang menunggu, kurirnya tidak "
        "jelas.",
        by=siti,
        wants=["other"],
        wanted_words="Kepastian jam pengantaran",
        category=LATE,
        topic="Hob not delivered, kitchen torn open",
        product="Kompor tanam",
        aspect="service",
        emotion=3,
        issues=["Delivery a week late"],
    )

    yield days.back(3, "13:33")
    read_back(
        complaint,
        by=siti,
        happened="Kompor tanam terlambat seminggu; tukang tidak bisa bekerja.",
        matters="Tukangnya dibayar harian.",
        wanted="Jam pengantaran yang pasti.",
        promise="menelepon Ibu dengan hari pengantarannya",
        due=days.back(1, "17:00"),
    )

    yield days.back(1, "15:20")
    redate_promise(
        complaint.promises.get(),
        by=siti,
        due_at=days.soon(),
        reason="kurir baru tahu jamnya setelah truk dimuat",
        said=said(
            complaint,
            "Kompornya sudah di gudang Cawang. Jamnya baru ada setelah truk dimuat; besok saya kabari.",
            channel="email",
        ),
    )
