"""Opened again within hours, before it was asked; solved again, and he wants no more letters: he is asked by phone."""

from dataclasses import replace

from complaints.actions import customers
from complaints.actions.cause import need_no_improvement
from complaints.actions.closure import reopen_complaint
from demo.telling import (
    REPAIR,
    Item,
    Stage,
    Story,
    accepts,
    final_reply,
    fulfil,
    heard,
    keep,
    offer,
    put_right,
    read_back,
    take,
    told,
)

KNOWN = customers.CustomerFacts(
    "Agustinus Renwarin", "Pak", phones=["0811 4809 2255"], emails=["a.renwarin@contoh.example"]
)


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(8, "9:25")
    agustinus = customers.add_customer(KNOWN, by=who.siti)
    complaint = take(
        agustinus,
        "Timer pemanas air tidak mau menyala jam lima pagi. Saya mandi air dingin seminggu ini.",
        by=who.siti,
        wants=["repair"],
        category=REPAIR,
        topic="Timer of the water heater does not start",
        product="Pemanas air SN-H15",
        aspect="product",
        severity="low",
        emotion=3,
        department_concerned=who.service,
        issues=["Timer pemanas air tidak menyala"],
    )

    yield days.back(8, "9:31")
    read_back(
        complaint,
        by=who.siti,
        happened="Timer pemanas air tidak menyala jam lima pagi.",
        matters="Bapak berangkat kerja sebelum jam enam.",
        wanted="Timernya diperbaiki.",
        promise="menelepon Bapak dengan jam kedatangan teknisi",
        due=days.back(7, "12:00"),
    )
    visit = offer(
        complaint,
        Item("repair", words="timer diatur dan diuji di rumah"),
        by=who.siti,
        answer_by=days.back(6, "17:00"),
        deliver_by=days.back(3, "17:00"),
    )

    yield days.back(8, "9:35")
    accepts(visit, "Ya, kapan saja sore.", by=who.siti)

    yield days.back(7, "10:15")
    keep(complaint, "Teknisinya bisa datang sore, Pak, paling lambat dua hari lagi.", by=who.siti)

    yield days.nights(5, "9:30")
    put_right(
        visit,
        by=who.siti,
        happened="Senin sampai Minggu, jam lima: pemanas tetap dingin.",
        seen="Service sheet: the timer's clock was ten hours slow",
        found=("upheld", "The clock of the timer was never set."),
        because=("Procedure", "Setting the clock is not on the fitters' list."),
        reference="Sheet SV-1140",
        reply="Jam pada timer sudah kami setel dan diuji di rumah Bapak.",
    )
    need_no_improvement(complaint, by=who.siti, reason="The line “set the clock” was added to the fitters' list today.")

    yield days.nights(5, "15:40")
    heard(
        complaint,
        "Mbak, listrik mati sebentar tadi siang, jam timernya kembali ke nol. Kalau tiap mati listrik begini, percuma.",
        by=who.siti,
        emotion=4,
    )
    reopen_complaint(complaint, by=who.siti, reason="The timer forgets the time at every power cut.")
    complaint.refresh_from_db()

    yield days.nights(5, "15:52")
    told(
        complaint,
        "Bapak benar, itu bukan perbaikan. Timernya kami ganti dengan yang memakai baterai cadangan.",
        by=who.siti,
    )
    better = offer(
        complaint,
        Item("replacement", words="timer dengan baterai cadangan, dipasang di rumah"),
        by=who.siti,
        answer_by=days.nights(3, "17:00"),
        deliver_by=days.nights(1, "17:00"),
    )

    yield days.nights(5, "15:56")
    accepts(better, "Nah, itu baru benar.", by=who.siti)

    yield days.nights(2, "10:20")
    fulfil(better, by=who.siti, reference="Sheet SV-1152")
    final_reply(
        complaint,
        "Timer Bapak sudah diganti dengan yang memakai baterai cadangan, dan tetap menyala setelah listriknya kami "
        "matikan.",
        by=who.siti,
        channel="email",
    )

    yield days.nights(2, "10:45")
    heard(
        complaint,
        "Sudah bagus, Mbak. Tolong emailnya distop saja, kotak surat saya penuh. Kalau perlu, telepon.",
        by=who.siti,
        emotion=1,
        answers_us=True,
    )
    customers.change_customer(agustinus, replace(KNOWN, stopped=KNOWN.emails), by=who.siti)
