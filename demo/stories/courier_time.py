"""A promise that falls due today."""

from demo.telling import LATE, Stage, Story, caller, keep, read_back, take, told


def tell(stage: Stage) -> Story:
    days, siti = stage.days, stage.cast.siti

    yield days.back(3, "13:25")
    kristina = caller(siti, "Kristina Manurung", phones=["0813 7077 1240"], emails=["kristina.m@mail.example"])
    complaint = take(
        kristina,
        "Kompor tanam saya seharusnya datang minggu lalu. Dapur sudah dibongkar, tukang menunggu, kurirnya tidak jelas.",
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
        promise="Siti menelepon dengan hari pengantarannya",
        due=days.back(1, "17:00"),
    )

    yield days.back(1, "15:20")
    keep(
        complaint,
        "Kompornya sudah di gudang Cawang dan diantar besok lusa; jamnya saya dapat besok dari kurir.",
        by=siti,
    )

    yield days.back(0, "9:20")
    told(
        complaint,
        "Kurirnya baru memberi tahu jam setelah truk dimuat. Begitu ada, langsung saya kabari.",
        by=siti,
        channel="chat",
        promised="Siti mengabari jam kedatangan kurir",
        promised_by=days.soon(),
    )
