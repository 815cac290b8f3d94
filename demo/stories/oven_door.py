"""Going in circles: returned for the second time yesterday; a supervisor has to assign it."""

from complaints.actions import handoff
from demo.telling import REPAIR, Stage, Story, caller, hand_off, read_back, take


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(4, "10:44")
    tri = caller(who.siti, "Tri Handayani", "Bu", phones=["0856 4410 7782"])
    complaint = take(
        tri,
        "Kaca pintu oven saya retak sendiri waktu dipakai. Saya minta pintunya saja diganti, tapi katanya suku "
        "cadangnya tidak dijual dan ovennya tidak bisa ditukar.",
        by=who.siti,
        wants=["repair"],
        category=REPAIR,
        topic="Spare part refused twice",
        product="Oven listrik SN-O45",
        aspect="product",
        emotion=3,
        flags=["safety"],
        department_concerned=who.service,
        issues=["The glass of the oven door cracked by itself"],
    )

    yield days.back(4, "10:52")
    read_back(
        complaint,
        by=who.siti,
        happened="Kaca pintu oven retak waktu dipakai; suku cadang ditolak.",
        matters="Ibu takut kacanya pecah di dekat anak.",
        wanted="Pintu oven diganti.",
        promise="menelepon Ibu tentang pintu oven",
        due=days.ahead(2, "11:00"),
    )

    yield days.back(4, "13:00")
    door = hand_off(
        complaint,
        who.service,
        "Can you order and fit a new door? She should not use the oven until then.",
        by=who.siti,
        answer_by=days.back(1, "17:00"),
        kind="duty",
    )

    yield days.back(3, "9:40")
    handoff.return_handoff(
        door, by=who.joko, why="missing", words="Nomor seri oven tidak ada, pintunya tidak bisa dipesan."
    )

    yield days.back(3, "10:30")
    handoff.redirect_handoff(
        door, by=who.siti, words="Serial number: O45-23-00917, from her photo.", answer_by=days.ahead(1, "10:00")
    )

    yield days.back(2, "9:15")
    handoff.accept_handoff(door, by=who.joko)

    yield days.back(1, "15:10")
    handoff.return_handoff(
        door, by=who.yanti, why="not_ours", words="Pintu untuk seri ini tidak ada lagi. Penjualan yang harus menukar."
    )
