"""An offer accepted by the link in its letter. Asked afterwards, he says: partly. It does not close by itself."""

from complaints.actions.cause import need_no_improvement
from demo.telling import LATE, Stage, Story, accepts, answers, caller, keep, money, offer, put_right, read_back, take


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(5, "16:05")
    rahmat = caller(who.andi, "Rahmat Hidayat", "Pak", phones=["0813 2277 6045"], emails=["rahmat.h@contoh.example"])
    complaint = take(
        rahmat,
        "Microwave saya sampai dengan pintu penyok. Kurirnya menaruh di pagar lalu pergi, tidak ada tanda tangan "
        "apa-apa. Masih bisa dipakai, tapi baru kok penyok.",
        by=who.andi,
        wants=["discount"],
        amount="200000",
        category=LATE,
        topic="Microwave delivered with a dent",
        product="Microwave 20 liter",
        aspect="service",
        severity="low",
        emotion=3,
        issues=["Microwave sampai dengan pintu penyok"],
    )

    yield days.back(5, "16:13")
    read_back(
        complaint,
        by=who.andi,
        happened="Microwave ditaruh di pagar tanpa serah terima, dan pintunya penyok.",
        matters="Bapak membelinya sebagai kado untuk orang tua.",
        wanted="Potongan harga Rp200.000.",
        promise="mengirim usulan kami lewat email",
        due=days.back(3, "17:00"),
        by_letter=True,
    )

    yield days.back(4, "10:30")
    discount = offer(
        complaint,
        money("discount", "200000"),
        by=who.andi,
        answer_by=days.back(1, "17:00"),
        deliver_by=days.ahead(2, "17:00"),
    )
    keep(complaint, "Usulannya sudah saya kirim ke email Bapak.", by=who.andi, channel="chat")

    yield days.back(4, "19:42")
    accepts(discount, "Setuju.", by=who.customer, channel="web")

    yield days.nights(2, "9:50")
    put_right(
        discount,
        by=who.andi,
        happened="Kamis siang: kotak ada di pagar.\nKamis malam: kotak dibuka, pintu penyok di kanan bawah.",
        seen="Courier's log: left at the gate at 12:40, no signature",
        found=("upheld", "No handover was signed, and the box is dented at the same corner."),
        because=("Surroundings and third parties", "The courier leaves parcels at the gate at noon."),
        reference="TRF-60271",
        reply="Potongan Rp200.000 sudah kami transfer, nomor TRF-60271. Kurir tidak boleh lagi menaruhnya di pagar.",
    )
    need_no_improvement(
        complaint, by=who.andi, reason="The courier's contract was changed last week: no parcel without a signature."
    )

    yield days.nights(1, "19:10")
    answers(
        complaint,
        "partly",
        "Uangnya sudah masuk, tapi kurirnya sendiri tidak pernah minta maaf.",
        handling=4,
        effort=5,
        had_to_repeat=False,
    )
