"""The third seed: a customer who had not been told clearly, and with whom it was cleared up in person."""

from demo.papers import paper
from demo.telling import (
    PRICE,
    Item,
    Stage,
    Story,
    accepts,
    account,
    caller,
    explain,
    final_reply,
    fulfil,
    improve,
    is_satisfied,
    judge,
    keep,
    keep_file,
    offer,
    read_back,
    start_checking,
    take,
)


def tell(stage: Stage) -> Story:
    days, andi, agus = stage.days, stage.cast.andi, stage.cast.agus

    yield days.back(14, "13:12")
    yusuf = caller(andi, "Yusuf Maulana", "Pak", phones=["0813 9001 4477"])
    complaint = take(
        yusuf,
        "Katanya cicilan nol persen, kok di tagihan pertama ada tambahan Rp75.000? Berarti ada bunganya. Saya merasa "
        "dibohongi.",
        by=andi,
        wants=["explanation"],
        category=PRICE,
        topic="Fee on an instalment plan “without interest”",
        product="AC 1 PK",
        aspect="price",
        severity="low",
        emotion=3,
        issues=["A fee of Rp75.000 on a plan of 0 %"],
    )

    yield days.back(14, "13:21")
    read_back(
        complaint,
        by=andi,
        happened="Di tagihan pertama cicilan 0 % ada tambahan Rp75.000.",
        matters="Bapak mengira ada bunga yang disembunyikan.",
        wanted="Penjelasan yang jujur.",
        promise="menelepon Bapak setelah membaca perjanjian cicilannya",
        due=days.back(13, "15:00"),
    )

    yield days.back(13, "10:40")
    start_checking(complaint, by=andi)
    account(
        complaint,
        "Di kasir: saya tanda tangan cicilan 0 % enam bulan.\n"
        "Tagihan pertama: cicilan benar, ada baris “biaya admin” Rp75.000.",
        by=andi,
    )
    leaflet = keep_file(
        complaint,
        "other",
        "Leaflet: the fee stands on the back, in small print",
        by=andi,
        file=paper(
            "selebaran.pdf", "Cicilan 0 % 6 bulan", "Tanpa bunga, tanpa ribet", "(biaya admin bank Rp 75.000, sekali)"
        ),
    )
    explained = offer(
        complaint,
        Item("explanation", words="Apa biaya admin itu, siapa yang memungutnya, dan bahwa hanya sekali"),
        by=andi,
        answer_by=days.back(12, "15:00"),
        deliver_by=days.back(12, "17:00"),
    )
    keep(
        complaint,
        "Bunganya memang nol, Pak. Yang Rp75.000 itu biaya admin bank, sekali saja, dan tulisannya di "
        "belakang selebaran kecil sekali. Wajar kalau Bapak mengira bunga.",
        by=andi,
    )

    yield days.back(13, "10:55")
    accepts(explained, "Oh, begitu. Kalau cuma sekali saya mengerti. Terima kasih sudah dijelaskan baik-baik.", by=andi)
    judge(
        complaint,
        ("clarified", "No interest was charged; the bank's fee is due once and stands on the leaflet's back."),
        by=andi,
        evidence=[leaflet],
    )
    fulfil(explained, by=andi, reference="Explained on the phone, 12 minutes")

    yield days.back(13, "11:20")
    explain(
        complaint,
        "Unclear information",
        "The leaflet says “0 %” in front and names the bank's fee on its back only.",
        by=andi,
        evidence=leaflet,
        method="one_line",
    )
    improve(
        complaint,
        "corrective",
        "The fee stands beside the “0 %”, in the same size.",
        by=andi,
        owner=agus,
        due=days.back(0, "9:00").date(),
        measure="No question about the fee in 60 days",
    )
    final_reply(
        complaint,
        "Cicilan Bapak benar 0 %. Rp75.000 adalah biaya admin bank yang ditagih satu kali. Selebaran kami menulisnya "
        "terlalu kecil; itu kami perbaiki.",
        by=andi,
        closing_words="Terima kasih, Pak Yusuf, karena keluhan Bapak selebarannya kami cetak ulang.",
    )

    yield days.back(10, "9:30")
    is_satisfied(complaint, "Pak Yusuf bilang sudah jelas, tagihan kedua juga sudah tanpa biaya.", by=andi)
