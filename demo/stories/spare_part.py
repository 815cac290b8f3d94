"""The department that returned it twice: the supervisor has assigned it, and that binds."""

from complaints.actions import handoff
from complaints.actions.letters import send_letter
from demo.telling import (
    FAULTY,
    Stage,
    Story,
    account,
    caller,
    hand_off,
    keep,
    read_back,
    start_checking,
    take,
    told,
)


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(6, "9:14")
    ayu = caller(who.andi, "Ni Luh Ayu Kartini", "Bu", phones=["0819 3344 0071"], emails=["ayu.kartini@mail.example"])
    complaint = take(
        ayu,
        "Mesin cuci saya berhenti di tengah putaran, air tidak keluar. Baru sebulan. Toko menyuruh ke servis, servis "
        "menyuruh ke toko. Saya harus ke mana?",
        by=who.andi,
        wants=["replacement"],
        category=FAULTY,
        topic="Washing machine stops mid-cycle",
        product="Mesin cuci SN-W8",
        aspect="product",
        emotion=3,
        department_concerned=who.service,
        issues=["The machine stops in the middle of a cycle", "Sent from shop to service centre and back"],
    )

    yield days.back(6, "9:25")
    read_back(
        complaint,
        by=who.andi,
        happened="Mesin cuci umur sebulan berhenti di tengah putaran; toko dan servis saling melempar.",
        matters="Ibu mencuci untuk tiga anak, sekarang dengan tangan.",
        wanted="Mesin diganti.",
        promise="menelepon Ibu dengan tanggal kunjungan teknisi",
        due=days.back(4, "17:00"),
    )
    start_checking(complaint, by=who.andi)
    account(
        complaint,
        "Minggu pertama: mesin baik.\nMinggu ketiga: berhenti di putaran bilas, air tidak keluar.\n"
        "Senin: toko menyuruh ke servis.\nSelasa: servis menyuruh ke toko.",
        by=who.andi,
    )

    yield days.back(6, "14:00")
    visit = hand_off(
        complaint,
        who.service,
        "When can a technician look at it, and is the drain pump in stock?",
        by=who.andi,
        answer_by=days.back(4, "12:00"),
        wants_chronology=False,
    )

    yield days.back(5, "10:10")
    handoff.return_handoff(
        visit, by=who.joko, why="not_ours", words="Masih dalam masa tukar 30 hari: itu urusan Penjualan."
    )

    yield days.back(5, "11:00")
    handoff.redirect_handoff(
        visit,
        by=who.andi,
        words="The service centre says it can still be exchanged. Can it?",
        answer_by=days.back(3, "12:00"),
        department=who.sales,
    )

    yield days.back(4, "10:20")
    handoff.return_handoff(
        visit,
        by=who.rina,
        why="not_ours",
        words="Tukar unit hanya dengan laporan teknisi. Servis harus memeriksa dulu.",
    )
    keep(
        complaint,
        "Tanggalnya belum ada, Bu, karena dua bagian belum sepakat. Atasan saya, Bu Dewi, memutuskannya "
        "besok, dan saya menelepon lagi sesudahnya.",
        by=who.andi,
    )

    yield days.back(3, "9:30")
    handoff.assign_handoff(
        visit,
        by=who.dewi,
        words="The service centre examines it at her home and writes the report; Sales exchanges the machine on that "
        "report. Nobody sends her anywhere again.",
        answer_by=days.ahead(1, "12:00"),
        department=who.service,
    )

    yield days.back(3, "10:05")
    told(
        complaint,
        "Sudah diputuskan, Bu: teknisi datang ke rumah Ibu, dan mesin ditukar bila laporannya membenarkan.",
        by=who.andi,
        promised="menelepon Ibu dengan hasil pemeriksaan teknisi",
        promised_by=days.ahead(2, "15:00"),
    )

    yield days.back(1, "11:00")
    send_letter(
        complaint,
        words="Kunjungannya dua hari kerja lagi, pagi hari. Ibu tidak perlu menyiapkan apa-apa; laporannya dibuat "
        "teknisi di tempat, dan salinannya untuk Ibu.",
        by=who.andi,
    )
