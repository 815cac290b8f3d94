"""An escalation by hand waits: may the leaflet's price be honoured one day after it ended?"""

from complaints.wording import day_of_long
from demo.papers import paper
from demo.telling import PRICE, Stage, Story, account, caller, keep_file, read_back, start_checking, take
from escalation.actions.escalation import raise_escalation


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(2, "15:48")
    hendra = caller(who.andi, "Hendra Gunawan", "Pak", phones=["0812 1919 6650"], emails=["hendra.g@mail.example"])
    complaint = take(
        hendra,
        "Kemarin penjaga toko bilang harga selebaran masih berlaku sampai akhir pekan. Hari ini saya datang lagi, "
        "katanya sudah habis sejak kemarin. Selisihnya Rp250.000.",
        by=who.andi,
        wants=["discount"],
        amount="250000",
        category=PRICE,
        topic="Told the old price at the shop",
        product="Kulkas satu pintu",
        aspect="price",
        emotion=3,
        department_concerned=who.sales,
        issues=["The leaflet's price was promised until the weekend"],
    )

    yield days.back(2, "15:56")
    read_back(
        complaint,
        by=who.andi,
        happened="Penjaga toko menjanjikan harga selebaran sampai akhir pekan; keesokan harinya ditolak.",
        matters="Bapak sudah dua kali datang dari Karawang.",
        wanted="Harga selebaran, selisih Rp250.000.",
        promise="menelepon Bapak dengan keputusannya",
        due=days.ahead(1, "17:00"),
    )

    yield days.back(1, "14:20")
    start_checking(complaint, by=who.andi)
    account(
        complaint,
        "Hari pertama 16.00: penjaga toko bilang berlaku sampai akhir pekan.\n"
        "Hari kedua 11.00: kasir bilang sudah habis.",
        by=who.andi,
    )
    keep_file(
        complaint,
        "other",
        "The leaflet, with the day its price ends",
        by=who.andi,
        file=paper(
            "selebaran-kulkas.pdf",
            "Kulkas satu pintu",
            "Rp 1.749.000",
            f"Berlaku sampai {day_of_long(days.back(3, '12:00').date(), language='id')}",
        ),
    )

    yield days.back(1, "14:35")
    raise_escalation(
        complaint,
        by=who.andi,
        trigger_key="by_hand:old-price",
        question="May we honour the leaflet's price? It ended the day before, but the shop told him otherwise, and "
        "three "
        "others will ask the same.",
    )
