"""Reopened: repaired and accepted, but when she was asked afterwards it leaked again. The second cycle."""

from complaints.actions import handoff
from demo.papers import paper
from demo.telling import (
    REPAIR,
    Item,
    Stage,
    Story,
    accepts,
    account,
    caller,
    explain,
    final_reply,
    fulfil,
    hand_off,
    improve,
    is_not_satisfied,
    judge,
    keep,
    keep_file,
    offer,
    read_back,
    start_checking,
    take,
    told,
)


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(10, "9:20")
    ratih = caller(who.siti, "Ratih Kusumawardani", "Bu", phones=["0813 5566 7701"], emails=["ratih.kw@mail.example"])
    complaint = take(
        ratih,
        "AC baru dipasang tiga hari sudah bocor, airnya menetes ke kasur. Tolong diperbaiki, jangan disuruh tunggu.",
        by=who.siti,
        wants=["repair"],
        category=REPAIR,
        topic="Air conditioner leaks after installation",
        product="AC 1 PK",
        aspect="service",
        emotion=3,
        department_concerned=who.service,
        issues=["The air conditioner leaks"],
    )

    yield days.back(10, "9:28")
    read_back(
        complaint,
        by=who.siti,
        happened="AC yang baru dipasang bocor ke tempat tidur.",
        matters="Ibu punya bayi di kamar itu.",
        wanted="Diperbaiki segera.",
        promise="mengirim teknisi dan menelepon Ibu sebelumnya",
        due=days.back(9, "9:00"),
    )
    visit = offer(
        complaint,
        Item("repair", words="Teknisi datang besok pagi, tanpa biaya"),
        by=who.siti,
        answer_by=days.back(9, "12:00"),
        deliver_by=days.back(8, "17:00"),
    )

    yield days.back(10, "9:31")
    accepts(visit, "Ya, besok pagi saya di rumah.", by=who.siti)
    start_checking(complaint, by=who.siti)
    account(complaint, "Hari pertama: AC dipasang.\nHari ketiga, malam: air menetes ke kasur.", by=who.siti)

    yield days.back(10, "16:30")
    keep(complaint, "Teknisinya Pak Joko, datang besok pukul 10.00.", by=who.siti)

    yield days.back(9, "13:20")
    report = paper(
        "laporan-servis.pdf", "Laporan servis", "Pipa buang AC dipasang mendatar", "Dimiringkan, diuji 30 menit"
    )
    sheet = keep_file(complaint, "proof", "Service report, signed by her", by=who.siti, file=report)
    judge(complaint, ("upheld", "The drain pipe had been laid level."), by=who.siti, evidence=[sheet])
    explain(
        complaint,
        "Skill or knowledge",
        "The drain pipe was laid level, so the water stood in it.",
        by=who.siti,
        evidence=sheet,
        why="New fitters work alone from the first day; nobody looks at the slope.",
    )
    improve(
        complaint,
        "training",
        "New fitters go along with an experienced one for two weeks.",
        by=who.siti,
        owner=who.yanti,
        due=days.ahead(12, "9:00").date(),
        measure="No leak within 30 days of an installation",
    )
    fulfil(visit, by=who.siti, evidence=sheet)
    final_reply(
        complaint,
        "Pipa buangnya terpasang mendatar; sudah dimiringkan dan diuji tiga puluh menit.",
        by=who.siti,
        closing_words="Terima kasih, Bu Ratih.",
    )

    yield days.back(5, "10:10")
    is_not_satisfied(
        complaint,
        "Bu Ratih bilang sejak semalam menetes lagi, di tempat yang sama. Ia minta diganti orang yang lebih paham.",
        by=who.siti,
    )

    yield days.back(5, "10:25")
    again = hand_off(
        complaint,
        who.service,
        "It leaks again at the same place, after your visit. Send your most experienced fitter; there is a baby in the "
        "room. What was overlooked?",
        by=who.siti,
        answer_by=days.back(1, "17:00"),
    )
    told(
        complaint,
        "Maaf, Bu Ratih, perbaikan pertama kami tidak tuntas. Kali ini kepala teknisi sendiri yang datang.",
        by=who.siti,
        promised="menelepon Ibu dengan jam kedatangan kepala teknisi",
        promised_by=days.back(3, "12:00"),
    )

    yield days.back(4, "9:00")
    handoff.accept_handoff(again, by=who.yanti)

    yield days.back(3, "13:10")
    keep(
        complaint, "Maaf, Bu, saya satu jam terlambat. Bu Yanti, kepala teknisi, datang lusa pukul 14.00.", by=who.siti
    )

    yield days.back(1, "16:10")
    handoff.answer_handoff(
        again,
        by=who.yanti,
        words="Kemiringan sudah benar, tetapi bak penampungnya retak sejak dari pabrik. Unit dalam "
        "harus diganti; barangnya ada.",
        cause_is_ours="yes",
    )
