"""A partner outside was asked, and answered by the link in the letter. Asked afterwards, she says no: she is called."""

from complaints.actions import handoff
from complaints.actions.cause import need_no_improvement
from demo.telling import (
    REPAIR,
    Item,
    Stage,
    Story,
    accepts,
    answers,
    caller,
    hand_off,
    keep,
    offer,
    put_right,
    read_back,
    take,
)


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(7, "13:05")
    lestari = caller(
        who.maya, "Lestari Wulandari", "Bu", phones=["0878 5512 9036"], emails=["lestari.w@contoh.example"]
    )
    complaint = take(
        lestari,
        "Pemantik kompor saya mati dua-duanya. Kompornya baru lima bulan. Tiap mau masak saya pakai korek, takut "
        "sekali.",
        by=who.maya,
        wants=["repair"],
        category=REPAIR,
        topic="Igniter of the stove dead after five months",
        product="Kompor SN-K2",
        aspect="product",
        severity="low",
        emotion=3,
        department_concerned=who.service,
        issues=["Pemantik kompor mati"],
    )

    yield days.back(7, "13:12")
    read_back(
        complaint,
        by=who.maya,
        happened="Kedua pemantik kompor umur lima bulan mati.",
        matters="Ibu menyalakan gas dengan korek dan takut terbakar.",
        wanted="Pemantiknya diperbaiki.",
        promise="menelepon Ibu dengan jawaban bengkel garansi",
        due=days.back(4, "17:00"),
    )

    yield days.back(7, "13:40")
    question = hand_off(
        complaint,
        who.partner,
        "Apakah pemantik kompor SN-K2 termasuk garansi lima bulan, dan kapan teknisi Anda dapat datang ke Depok?",
        by=who.maya,
        answer_by=days.back(5, "12:00"),
        wants_chronology=False,
        told_customer="Kami menanyakan bengkel garansi dan menelepon beliau.",
    )

    yield days.back(6, "15:50")
    handoff.answer_at_once(
        question,
        by=who.outside,
        words="Termasuk garansi. Teknisi kami ada di Depok setiap hari kerja pagi; pemantiknya tersedia.",
        cause_is_ours="no",
    )

    yield days.back(5, "9:10")
    handoff.settle_handoff(question, by=who.maya, words="Under warranty, and there is a day.")
    keep(complaint, "Bengkel garansi datang pagi hari, Bu, tanpa biaya. Saya kirim usulannya.", by=who.maya)
    visit = offer(
        complaint,
        Item("repair", words="kedua pemantik diganti di rumah, tanpa biaya"),
        by=who.maya,
        answer_by=days.back(2, "17:00"),
        deliver_by=days.ahead(1, "17:00"),
    )

    yield days.back(5, "9:14")
    accepts(visit, "Ya, datang saja. Saya di rumah terus.", by=who.maya)

    yield days.nights(2, "11:30")
    put_right(
        visit,
        by=who.maya,
        happened="Bulan keempat: tungku kiri tidak memantik.\nBulan kelima: tungku kanan juga.",
        seen="Repair sheet of the partner: both igniters replaced, tested ten times",
        found=("upheld", "Both igniters were corroded."),
        because=("Product and supplier", "The igniters are not sealed against steam."),
        reference="Sheet GM-3317, signed by her",
        reply="Kedua pemantik sudah diganti di rumah Ibu, tanpa biaya, dan diuji sepuluh kali.",
    )
    need_no_improvement(complaint, by=who.maya, reason="The next series has sealed igniters.")

    yield days.nights(0, "9:10")
    answers(
        complaint,
        "no",
        "Tungku kanan mati lagi tadi pagi. Saya pakai korek lagi.",
        handling=2,
        effort=3,
        had_to_repeat=True,
    )
