"""An offer above the agent's limit waits for a supervisor; the cause is known already."""

from demo.papers import paper
from demo.telling import (
    FAULTY,
    Stage,
    Story,
    account,
    caller,
    explain,
    judge,
    keep,
    keep_file,
    money,
    offer,
    read_back,
    start_checking,
    take,
)


def tell(stage: Stage) -> Story:
    days, siti = stage.days, stage.cast.siti

    yield days.back(5, "8:40")
    stefanus = caller(siti, "Stefanus Lumban", "Pak", phones=["0812 6601 4590"], emails=["stefanus.l@mail.example"])
    complaint = take(
        stefanus,
        "Mesin pencuci piring bocor semalaman, dapur saya banjir. Mesinnya sudah saya kembalikan, sekarang saya minta "
        "uangnya utuh.",
        by=siti,
        wants=["refund"],
        amount="2400000",
        category=FAULTY,
        topic="Dishwasher flooded the kitchen",
        product="Pencuci piring SN-D4",
        aspect="product",
        emotion=4,
        factors=["money"],
        issues=["The dishwasher leaked all night"],
    )

    yield days.back(5, "8:52")
    read_back(
        complaint,
        by=siti,
        happened="Pencuci piring bocor semalaman dan dapur kebanjiran. Mesin sudah dikembalikan.",
        matters="Bapak kehilangan dua hari kerja untuk membersihkan.",
        wanted="Uang kembali Rp2.400.000.",
        promise="menelepon Bapak dengan hasil pemeriksaan mesinnya",
        due=days.back(2, "16:00"),
    )

    yield days.back(3, "11:00")
    start_checking(complaint, by=siti)
    account(complaint, "21.00: saya nyalakan mesin dan tidur.\n05.30: air setinggi mata kaki di dapur.", by=siti)
    sheet = keep_file(
        complaint,
        "log",
        "Examination: the inlet hose came off its clip",
        by=siti,
        file=paper("pemeriksaan.pdf", "Lembar pemeriksaan", "Selang masuk lepas dari klip"),
    )

    yield days.back(2, "14:15")
    keep(complaint, "Selang masuknya lepas dari klip pabrik, Pak. Bapak tidak salah apa-apa.", by=siti)
    judge(complaint, ("upheld", "The clip of the inlet hose was never closed."), by=siti, evidence=[sheet])
    explain(
        complaint,
        "Product and supplier",
        "The maker's line left the clip of the inlet hose open.",
        by=siti,
        evidence=sheet,
    )

    yield days.back(1, "15:55")
    offer(
        complaint,
        money("refund", "2400000"),
        by=siti,
        answer_by=days.ahead(3, "17:00"),
        deliver_by=days.ahead(6, "17:00"),
        why_more="The machine is back with us and the fault is ours; my limit is Rp500.000.",
    )
