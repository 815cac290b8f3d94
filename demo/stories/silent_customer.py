"""A customer who no longer answers: three tries over two channels, ten working days, and a supervisor's yes."""

from complaints.actions.approval import approve
from demo.papers import paper
from demo.telling import (
    FAULTY,
    Stage,
    Story,
    account,
    ask_exception,
    caller,
    close_as_agreed,
    explain,
    final_reply,
    improve,
    judge,
    keep,
    keep_file,
    money,
    offer,
    read_back,
    start_checking,
    take,
    tried,
)


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(24, "11:15")
    rudi = caller(who.andi, "Rudi Hartanto", "Pak", phones=["0812 7000 5521"], emails=["rudi.hartanto@mail.example"])
    complaint = take(
        rudi,
        "Pengering rambut baru dua minggu sudah bau hangus. Saya mau tukar yang baru.",
        by=who.andi,
        wants=["exchange"],
        category=FAULTY,
        topic="Hair dryer smells burnt",
        product="Pengering rambut SN-H2",
        aspect="product",
        emotion=2,
        issues=["Pengering rambut bau hangus setelah dua minggu"],
    )

    yield days.back(24, "11:22")
    read_back(
        complaint,
        by=who.andi,
        happened="Pengering rambut umur dua minggu berbau hangus.",
        matters="Bapak takut terbakar.",
        wanted="Ditukar dengan yang baru.",
        promise="menelepon Bapak tentang penukarannya",
        due=days.back(23, "16:00"),
    )

    yield days.back(23, "14:05")
    start_checking(complaint, by=who.andi)
    account(complaint, "Hari pertama: biasa.\nMinggu kedua: bau hangus setelah lima menit, saya cabut.", by=who.andi)
    offer(
        complaint,
        money("exchange", "275000"),
        by=who.andi,
        answer_by=days.back(18, "17:00"),
        deliver_by=days.back(14, "17:00"),
        needed="Barang dan nota dibawa ke toko mana saja",
    )
    keep(
        complaint,
        "Bisa ditukar, Pak. Bawa barang dan notanya ke toko terdekat; kabari saya tokonya yang mana.",
        by=who.andi,
    )
    bulletin = keep_file(
        complaint,
        "other",
        "Supplier's bulletin: batch H2-07 has a weak fan",
        by=who.andi,
        file=paper(
            "buletin-H2-07.pdf", "Service bulletin H2-07", "Weak fan motor, smell of burning", "Exchange on request"
        ),
    )

    yield days.back(20, "10:30")
    tried(complaint, "Tidak diangkat, dua kali.", by=who.andi)

    yield days.back(18, "9:10")
    judge(complaint, ("upheld", "The batch is in the supplier's bulletin."), by=who.andi, evidence=[bulletin])
    explain(
        complaint,
        "Product and supplier",
        "Batch H2-07 has a weak fan: the heater outlives it.",
        by=who.andi,
        evidence=bulletin,
    )
    tried(
        complaint,
        "Pak Rudi, kapan pengering rambutnya bisa kami tukar? Balas email ini atau telepon 1500-000.",
        by=who.andi,
        channel="email",
    )

    yield days.back(14, "16:40")
    tried(complaint, "Tidak diangkat.", by=who.andi)
    improve(
        complaint,
        "corrective",
        "The shops take batch H2-07 off the shelf.",
        by=who.andi,
        owner=who.agus,
        due=days.back(10, "9:00").date(),
        measure="None of the batch sold after that day",
    )

    yield days.back(9, "10:20")
    final_reply(
        complaint,
        "Pengering rambut Bapak termasuk seri yang kipasnya lemah. Penukarannya tetap berlaku: tunjukkan email ini di "
        "toko mana saja.",
        by=who.andi,
        channel="email",
        closing_words="Kami sudah mencoba menghubungi Bapak tiga kali. Bila Bapak menelepon, keluhan ini kami buka "
        "lagi.",
    )
    yes = ask_exception(
        complaint, "no_reply", "Two calls and an e-mail on three days, nothing for ten working days.", by=who.andi
    )

    yield days.back(8, "9:35")
    approve(yes, by=who.dewi, outcome="Agreed. The exchange stays open to him.")

    yield days.back(8, "9:50")
    close_as_agreed(complaint, by=who.andi)
