"""Her other complaint: a washing machine five days late. An offer lies with her; the facts are checked."""

from complaints.models import Customer, User
from demo.telling import (
    LATE,
    Stage,
    Story,
    account,
    caller,
    judge,
    keep,
    keep_file,
    money,
    offer,
    read_back,
    start_checking,
    take,
    told,
)


def customer(by: User) -> Customer:
    """Bu Sri calls about two things, in two stories."""
    return caller(
        by,
        "Sri Wahyuni",
        "Bu",
        phones=["0812 3344 5678"],
        emails=["sri.wahyuni@mail.example"],
        account_number="SE-204417",
        address="Jl. Melati Raya 17, Bekasi Timur",
    )


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(7, "9:50")
    complaint = take(
        customer(who.andi),
        "Mesin cuci saya dijanjikan sampai hari Senin, ternyata baru datang lima hari kemudian. Saya sudah dua kali "
        "izin kerja untuk menunggu, tidak ada yang mengabari.",
        by=who.andi,
        wants=["store_credit"],
        amount="150000",
        category=LATE,
        topic="Washing machine five days late",
        product="Mesin cuci SN-W8",
        aspect="service",
        severity="low",
        emotion=3,
        issues=["Delivered five days late, without a word"],
    )

    yield days.back(7, "9:58")
    read_back(
        complaint,
        by=who.andi,
        happened="Mesin cuci datang lima hari terlambat dan tidak ada yang mengabari Ibu.",
        matters="Ibu dua kali izin kerja untuk menunggu.",
        wanted="Kredit belanja Rp150.000 sebagai ganti ongkos.",
        promise="menelepon Ibu setelah bertanya ke gudang",
        due=days.back(5, "17:00"),
    )

    yield days.back(5, "11:15")
    start_checking(complaint, by=who.andi)
    account(
        complaint,
        "Senin: saya menunggu di rumah sampai jam lima, tidak ada yang datang.\n"
        "Rabu: saya menunggu lagi, tidak ada kabar.\n"
        "Sabtu 10.30: mesin cuci diantar, sopirnya bilang truknya rusak.",
        by=who.andi,
    )
    keep(
        complaint,
        "Ibu benar: gudang mengakui truknya rusak dan tidak ada yang memberi tahu Ibu. Saya siapkan usulannya, Bu.",
        by=who.andi,
    )

    yield days.back(2, "13:40")
    log = keep_file(
        complaint, "log", "Delivery log: truck broken down, three orders moved, no message sent", by=who.andi
    )
    judge(complaint, ("upheld", "The delivery log shows five days and no message to her."), by=who.andi, evidence=[log])

    yield days.back(2, "14:10")
    offer(
        complaint,
        money("store_credit", "150000"),
        by=who.andi,
        answer_by=days.ahead(1, "15:00"),
        deliver_by=days.ahead(3, "17:00"),
    )
    told(
        complaint,
        "Kami ganti dengan kredit belanja Rp150.000, berlaku setahun di semua toko. Ibu setuju?",
        by=who.andi,
        channel="chat",
    )
