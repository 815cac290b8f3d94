"""A handoff that lapsed: Finance has not accepted it in time."""

from demo.telling import Stage, Story, caller, hand_off, read_back, take


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(3, "15:48")
    nurul = caller(who.andi, "Nurul Hidayah", "Bu", phones=["0858 1414 3360"], is_vulnerable=True)
    complaint = take(
        nurul,
        "Uang pembatalan pesanan lemari es sudah dijanjikan dari tanggal lima, sampai sekarang belum masuk. Saya "
        "tinggal "
        "sendiri, uang segitu besar buat saya.",
        by=who.andi,
        wants=["refund"],
        amount="1890000",
        category="Other",
        topic="Refund promised, not received",
        product="Lemari es",
        aspect="process",
        emotion=3,
        factors=["money", "vulnerability"],
        department_concerned=who.finance,
        issues=["The refund of a cancelled order has not arrived"],
    )

    yield days.back(3, "15:57")
    read_back(
        complaint,
        by=who.andi,
        happened="Pengembalian Rp1.890.000 dijanjikan tanggal lima dan belum masuk.",
        matters="Ibu tinggal sendiri; itu uang belanja tiga bulan.",
        wanted="Uang kembali Rp1.890.000.",
        promise="menelepon Ibu dengan tanggal masuknya uang",
        due=days.ahead(2, "10:00"),
    )

    yield days.back(3, "16:10")
    hand_off(
        complaint,
        who.finance,
        "Was the refund of order 55-2093 sent, when, and to which account? She needs the date.",
        by=who.andi,
        answer_by=days.back(1, "17:00"),
    )
