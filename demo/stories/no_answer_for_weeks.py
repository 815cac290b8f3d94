"""A supervisor is asked for an exception: she has not answered for ten working days."""

from demo.papers import paper
from demo.telling import (
    LATE,
    Stage,
    Story,
    account,
    ask_exception,
    caller,
    explain,
    final_reply,
    improve,
    judge,
    keep,
    keep_file,
    read_back,
    start_checking,
    take,
    tried,
)


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(17, "10:30")
    endah = caller(who.andi, "Endah Purwaningsih", "Bu", phones=["0817 4001 9983"], emails=["endah.p@mail.example"])
    complaint = take(
        endah,
        "Rak piring yang saya pesan datang tanpa sekrup. Sudah dua minggu tidak bisa saya pasang.",
        by=who.andi,
        wants=["other"],
        wanted_words="Sekrupnya dikirim",
        category=LATE,
        topic="Delivered without its screws",
        product="Rak piring",
        aspect="process",
        severity="low",
        emotion=2,
        issues=["Sekrupnya tidak ada"],
    )

    yield days.back(17, "10:36")
    read_back(
        complaint,
        by=who.andi,
        happened="Rak piring datang tanpa sekrup.",
        matters="Dapur Ibu berantakan dua minggu.",
        wanted="Sekrup dikirim.",
        promise="menelepon Ibu dengan nomor kirimannya",
        due=days.back(15, "16:00"),
    )

    yield days.back(15, "11:40")
    start_checking(complaint, by=who.andi)
    account(complaint, "Hari pertama: kotak saya buka, plastik sekrup tidak ada.", by=who.andi)
    list_of_parts = keep_file(
        complaint,
        "log",
        "Packing list: bag of screws not ticked",
        by=who.andi,
        file=paper("daftar-isi.pdf", "Daftar isi", "[x] rak   [ ] sekrup"),
    )
    keep(
        complaint,
        "Sekrupnya siap dikirim, Bu. Alamatnya masih yang lama atau sudah pindah? Saya tunggu kabarnya.",
        by=who.andi,
    )

    yield days.back(13, "9:50")
    tried(complaint, "Tidak diangkat.", by=who.andi)

    yield days.back(11, "15:20")
    tried(complaint, "Bu Endah, ke alamat mana sekrupnya kami kirim?", by=who.andi, channel="email")
    judge(complaint, ("upheld", "The packing list has no tick at the screws."), by=who.andi, evidence=[list_of_parts])
    explain(
        complaint,
        "Slip or oversight",
        "The bag of screws was left out.",
        by=who.andi,
        evidence=list_of_parts,
        method="one_line",
        why="The list is ticked after the box is closed.",
    )

    yield days.back(6, "16:15")
    tried(complaint, "Nomornya tidak aktif.", by=who.andi)
    improve(
        complaint,
        "corrective",
        "The box is closed only after the list is ticked.",
        by=who.andi,
        owner=who.yanti,
        due=days.ahead(5, "9:00").date(),
        measure="Spot check of 50 boxes",
    )

    yield days.back(1, "11:30")
    final_reply(
        complaint,
        "Sekrup rak piring Ibu tertinggal karena kelalaian kami. Sekrupnya kami simpan atas nama Ibu di toko Tebet.",
        by=who.andi,
        channel="email",
        closing_words="Telepon 1500-000 kapan saja bila Ibu ingin dikirim ke rumah.",
    )

    yield days.back(0, "9:05")
    ask_exception(
        complaint,
        "no_reply",
        "Tried by phone and e-mail on several days; ten working days without a word. The screws wait in the shop.",
        by=who.andi,
    )
