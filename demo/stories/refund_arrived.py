"""Withdrawn: the money had been sent in time and arrived a day after she called."""

from complaints.actions.approval import approve
from complaints.actions.cause import need_no_improvement
from demo.papers import paper
from demo.telling import (
    Stage,
    Story,
    account,
    ask_exception,
    caller,
    close_as_agreed,
    explain,
    final_reply,
    heard,
    judge,
    keep,
    keep_file,
    read_back,
    start_checking,
    take,
)


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(8, "11:40")
    fitri = caller(who.maya, "Fitri Handoko", "Bu", phones=["0838 6611 9034"])
    complaint = take(
        fitri,
        "Pesanan blender saya batalkan minggu lalu. Uangnya dijanjikan tiga hari, sekarang sudah hari kelima.",
        by=who.maya,
        wants=["refund"],
        amount="420000",
        category="Other",
        topic="Refund of a cancelled order",
        product="Blender",
        aspect="process",
        severity="low",
        emotion=2,
        issues=["The refund has not arrived after five days"],
    )

    yield days.back(8, "11:46")
    read_back(
        complaint,
        by=who.maya,
        happened="Pesanan dibatalkan, uang Rp420.000 belum masuk di hari kelima.",
        matters="Uangnya untuk membeli blender lain.",
        wanted="Uangnya masuk.",
        promise="menelepon Ibu dengan bukti transfernya",
        due=days.back(7, "15:00"),
    )

    yield days.back(7, "10:05")
    start_checking(complaint, by=who.maya)
    account(
        complaint, "Hari pertama: saya batalkan, dijanjikan tiga hari.\nHari kelima: belum ada uang masuk.", by=who.maya
    )
    transfer = keep_file(
        complaint,
        "log",
        "Transfer of the second day, held by her bank over the weekend",
        by=who.maya,
        file=paper("bukti-transfer.pdf", "Bukti transfer", "TRF-30118  Rp 420.000", "Dikirim hari kedua"),
    )
    keep(
        complaint,
        "Uangnya kami kirim di hari kedua, Bu, nomor TRF-30118; bank Ibu menahannya selama akhir pekan.",
        by=who.maya,
    )

    yield days.back(6, "14:50")
    heard(
        complaint,
        "Mbak, uangnya sudah masuk tadi pagi. Keluhannya saya cabut saja, terima kasih.",
        by=who.maya,
        emotion=1,
        answers_us=True,
    )
    judge(complaint, ("not_upheld", "We had sent it on the second day."), by=who.maya, evidence=[transfer])
    explain(
        complaint,
        "Surroundings and third parties",
        "Her bank held the transfer over the weekend.",
        by=who.maya,
        evidence=transfer,
        method="one_line",
    )
    need_no_improvement(
        complaint, by=who.maya, reason="Sent in time; the confirmation already names the bank's two days."
    )
    final_reply(
        complaint,
        "Rp420.000 sudah masuk ke rekening Ibu, nomor TRF-30118. Keluhan ini kami tutup sesuai permintaan Ibu.",
        by=who.maya,
        closing_words="Terima kasih sudah mengabari.",
    )
    yes = ask_exception(complaint, "withdrawn", "She called: the money is there.", by=who.maya, heard_by=who.maya)

    yield days.back(5, "9:15")
    approve(yes, by=who.dewi, outcome="Agreed.")

    yield days.back(5, "9:25")
    close_as_agreed(complaint, by=who.maya)
