"""A letter came back: his address had been taken down wrongly. Corrected, sent again; a no became a yes."""

from dataclasses import replace

from complaints.actions import correspondence, customers, tasks
from complaints.models import Message
from demo.telling import (
    PRICE,
    Stage,
    Story,
    accepts,
    answers,
    heard,
    improve,
    keep,
    letter_of,
    money,
    offer,
    put_right,
    read_back,
    take,
    told,
)

KNOWN = customers.CustomerFacts(
    "Bagus Prasetyo", "Pak", phones=["0856 9001 7742"], emails=["bagus.prasetio@contoh.example"]
)


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(10, "10:20")
    bagus = customers.add_customer(KNOWN, by=who.siti)
    complaint = take(
        bagus,
        "Cashback Rp150.000 untuk rice cooker tidak masuk-masuk, sudah lewat dua minggu dari tanggal yang tertulis di "
        "brosur.",
        by=who.siti,
        wants=["refund"],
        amount="150000",
        category=PRICE,
        topic="Cashback not paid",
        product="Rice cooker 1,8 liter",
        aspect="price",
        severity="low",
        emotion=3,
        issues=["Cashback tidak masuk"],
    )

    yield days.back(10, "10:27")
    read_back(
        complaint,
        by=who.siti,
        happened="Cashback Rp150.000 belum masuk dua minggu setelah tanggal di brosur.",
        matters="Bapak memilih merek ini karena cashbacknya.",
        wanted="Cashback Rp150.000 dibayar.",
        promise="menelepon Bapak setelah memeriksa daftar cashback",
        due=days.back(8, "17:00"),
        by_letter=True,
    )

    yield days.back(10, "11:05")
    returned = letter_of(complaint, Message.Kind.ACKNOWLEDGEMENT)
    correspondence.note_bounce(returned, by=who.siti, reason="Their mail server: no such mailbox")

    yield days.back(9, "9:15")
    told(complaint, "Email saya ke Bapak kembali. Boleh dieja lagi? Prasetyo dengan Y, ya.", by=who.siti)
    customers.change_customer(bagus, replace(KNOWN, emails=["bagus.prasetyo@contoh.example"]), by=who.siti)
    tasks.finish_task(returned.task, by=who.siti, words="Called him: Prasetyo with a y. Corrected and sent again.")
    correspondence.resend_letter(returned, by=who.siti, reason="The address had been taken down wrongly")

    yield days.back(8, "15:30")
    keep(complaint, "Nama Bapak ada di daftar, nomor rekeningnya kurang satu angka. Kami bayar sekarang.", by=who.siti)
    cash = offer(
        complaint,
        money("refund", "150000"),
        by=who.siti,
        answer_by=days.back(6, "17:00"),
        deliver_by=days.back(4, "17:00"),
    )

    yield days.back(8, "15:34")
    accepts(cash, "Ya, nomor rekeningnya saya kirim lewat chat.", by=who.siti)

    yield days.nights(5, "13:00")
    put_right(
        cash,
        by=who.siti,
        happened="Di kasir: formulir cashback diisi.\nDua minggu lewat: belum ada uang masuk.",
        seen="Cashback list: the account number has nine digits instead of ten",
        found=("upheld", "We had typed his account number with a digit missing."),
        because=("Data and billing", "The list takes account numbers of any length."),
        reference="TRF-30977",
        reply="Cashback Rp150.000 sudah kami kirim, nomor TRF-30977. Nomor rekening Bapak salah kami ketik.",
    )
    improve(
        complaint,
        "corrective",
        "The cashback list refuses an account number of the wrong length.",
        by=who.siti,
        owner=who.budi,
        due=days.ahead(7, "9:00").date(),
        measure="No cashback returned by a bank in 60 days",
    )

    yield days.nights(4, "19:30")
    answers(complaint, "no", "Uangnya belum masuk.")

    yield days.nights(3, "17:10")
    heard(complaint, "Barusan masuk, Mbak. Ternyata bank saya yang lama.", by=who.siti, channel="chat", answers_us=True)

    yield days.nights(3, "18:45")
    answers(complaint, "yes", "Sudah masuk. Terima kasih.", handling=4, effort=5, had_to_repeat=False)
