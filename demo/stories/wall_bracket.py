"""Mail was held back for a day: the survey's time passed, it was never sent late, and he was asked by phone."""

from complaints.actions.cause import need_no_improvement
from complaints.actions.outbox import hold_mail, release_mail
from demo.telling import (
    REPAIR,
    Item,
    Stage,
    Story,
    accepts,
    caller,
    is_satisfied,
    keep,
    offer,
    put_right,
    read_back,
    take,
)


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.nights(45, "10:10")
    teguh = caller(
        who.andi, "Teguh Wicaksono", "Pak", phones=["0815 7410 6623"], emails=["teguh.wicaksono@contoh.example"]
    )
    complaint = take(
        teguh,
        "Braket TV yang dipasang teknisi miring. Tiap kali lewat saya melihatnya. Saya sudah pakai waterpas, "
        "kirinya turun satu jari.",
        by=who.andi,
        wants=["repair"],
        category=REPAIR,
        topic="Television bracket mounted at a slant",
        product="Braket TV",
        aspect="service",
        severity="low",
        emotion=2,
        department_concerned=who.service,
        issues=["Braket TV terpasang miring"],
    )

    yield days.nights(45, "10:18")
    read_back(
        complaint,
        by=who.andi,
        happened="Braket TV terpasang miring, sisi kiri turun satu jari.",
        matters="TV itu baru dan dipasang di ruang tamu.",
        wanted="Dipasang ulang dengan lurus.",
        promise="menelepon Bapak dengan jam kedatangan teknisi",
        due=days.nights(43, "17:00"),
    )
    again = offer(
        complaint,
        Item("repair", words="braket dipasang ulang, tanpa biaya"),
        by=who.andi,
        answer_by=days.nights(42, "17:00"),
        deliver_by=days.nights(39, "17:00"),
    )

    yield days.nights(45, "10:22")
    accepts(again, "Ya, asal orangnya bawa waterpas.", by=who.andi)

    yield days.nights(43, "16:20")
    keep(complaint, "Teknisinya datang lusa siang, Pak, dengan waterpas.", by=who.andi)

    yield days.nights(41, "14:00")
    put_right(
        again,
        by=who.andi,
        happened="Hari pemasangan: teknisi terburu-buru.\nSore: saya ukur, kirinya turun satu jari.",
        seen="Photo before and after, with a spirit level",
        found=("upheld", "The photo shows the slant."),
        because=("Skill or knowledge", "The bracket was marked by eye."),
        why="A spirit level was not part of the fitters' tools.",
        reference="Sheet SV-0912, signed by him",
        reply="Braket TV sudah dipasang ulang dan diukur dengan waterpas di depan Bapak.",
    )
    need_no_improvement(complaint, by=who.andi, reason="Every fitter carries a spirit level since this week.")

    yield days.nights(40, "13:00")
    hold_mail(by=who.hendra, reason="Our mail provider moves until tomorrow.")

    yield days.nights(39, "16:30")
    release_mail(by=who.hendra)

    yield days.nights(38, "10:40")
    is_satisfied(complaint, "Pak Teguh bilang sudah lurus, dan teknisinya sopan.", by=who.andi)
