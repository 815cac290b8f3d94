"""An offer refused this morning, by the link in its letter: a call was promised, and a new one has to follow."""

from demo.telling import (
    FAULTY,
    Stage,
    Story,
    account,
    caller,
    keep,
    money,
    offer,
    read_back,
    refuses,
    start_checking,
    take,
)


def tell(stage: Stage) -> Story:
    days, maya = stage.days, stage.cast.maya

    yield days.back(4, "9:02")
    tuti = caller(maya, "Tuti Alawiyah", "Bu", phones=["0859 3311 2045"], emails=["tuti.alawiyah@contoh.example"])
    complaint = take(
        tuti,
        "Blendernya berisik sekali seperti mesin parut, tetangga sampai bertanya. Saya tidak mau diperbaiki, saya mau "
        "uang saya.",
        by=maya,
        wants=["refund"],
        amount="480000",
        category=FAULTY,
        topic="Blender far too loud",
        product="Blender SN-B7",
        aspect="product",
        severity="low",
        emotion=3,
        issues=["Blender jauh lebih berisik daripada contoh di toko"],
    )

    yield days.back(4, "9:10")
    read_back(
        complaint,
        by=maya,
        happened="Blender jauh lebih berisik daripada contoh di toko.",
        matters="Ibu berjualan jus di teras rumah.",
        wanted="Uang kembali Rp480.000.",
        promise="menelepon Ibu dengan usulan kami",
        due=days.back(2, "17:00"),
    )

    yield days.back(2, "14:30")
    start_checking(complaint, by=maya)
    account(complaint, "Hari pertama: sudah berisik.\nHari ketiga: tetangga menegur.", by=maya)
    less = offer(
        complaint,
        money("discount", "120000"),
        by=maya,
        answer_by=days.ahead(2, "17:00"),
        deliver_by=days.ahead(4, "17:00"),
        instead="blendernya bekerja dengan baik; bunyinya masih dalam batas pabrik",
    )
    keep(
        complaint,
        "Blendernya bekerja baik, Bu, hanya bunyinya di batas atas. Kami tawarkan potongan Rp120.000.",
        by=maya,
    )

    yield days.back(0, "9:35")
    refuses(
        less,
        "Potongan tidak membuat blendernya diam. Uang saya kembali, atau tukar yang lain.",
        by=stage.cast.customer,
        channel="web",
    )
