"""A voucher refused at the till: he accepted store credit by the link in the letter, and it has to reach him.

Written about twice, merged.
"""

from complaints.actions.closure import merge_complaint
from complaints.models import Customer, User
from demo.telling import PRICE, Stage, Story, accepts, caller, keep, money, offer, read_back, take


def customer(by: User) -> Customer:
    return caller(by, "Yohanes Tandi", "Pak", phones=["0821 4433 9012"], emails=["yohanes.tandi@mail.example"])


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(5, "14:02")
    complaint = take(
        customer(who.andi),
        "Voucher ulang tahun saya ditolak di kasir Tebet, katanya sistemnya tidak kenal. Saya malu, antreannya "
        "panjang.",
        by=who.andi,
        wants=["store_credit"],
        amount="300000",
        category=PRICE,
        topic="Voucher refused at the till",
        aspect="process",
        severity="low",
        emotion=3,
        issues=["A valid voucher was refused at the till"],
    )

    yield days.back(5, "14:10")
    read_back(
        complaint,
        by=who.andi,
        happened="Voucher Rp300.000 yang masih berlaku ditolak di kasir Tebet.",
        matters="Bapak dipermalukan di depan antrean.",
        wanted="Nilai vouchernya kembali.",
        promise="menelepon Bapak setelah vouchernya diperiksa",
        due=days.back(2, "17:00"),
    )

    yield days.back(3, "8:50")
    again = take(
        customer(who.maya),
        "Dengan hormat, voucher ulang tahun saya ditolak di kasir Tebet. Mohon nilainya diganti. Salam, Yohanes Tandi",
        by=who.maya,
        wants=["store_credit"],
        amount="300000",
        category=PRICE,
        topic="Voucher refused (e-mail)",
        aspect="process",
        severity="low",
        channel="email",
    )

    yield days.back(3, "9:30")
    merge_complaint(again, into=complaint, by=who.maya)

    yield days.back(2, "10:15")
    keep(
        complaint,
        "Vouchernya sah, Pak. Nomornya tertukar di sistem kami. Saya usulkan kredit belanja dengan nilai yang sama.",
        by=who.andi,
    )
    credit = offer(
        complaint,
        money("store_credit", "300000"),
        by=who.andi,
        answer_by=days.ahead(1, "17:00"),
        deliver_by=days.ahead(1, "17:00"),
    )

    yield days.back(1, "17:25")
    accepts(credit, "Boleh, yang penting bisa dipakai akhir pekan ini.", by=who.customer, channel="web")
