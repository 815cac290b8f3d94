"""Solved this morning: the survey is planned for tomorrow, and nothing is asked before."""

from complaints.actions.cause import need_no_improvement
from demo.telling import Item, Stage, Story, accepts, caller, keep, offer, put_right, read_back, take


def tell(stage: Stage) -> Story:
    days, siti = stage.days, stage.cast.siti

    yield days.back(2, "14:10")
    wening = caller(siti, "Wening Astuti", "Bu", phones=["0812 8840 3317"], emails=["wening.astuti@contoh.example"])
    complaint = take(
        wening,
        "Remote AC-nya tidak ada di dalam kotak, sudah saya bongkar sampai ke gabusnya. Masa tiap malam saya naik "
        "kursi untuk menyalakan AC.",
        by=siti,
        wants=["replacement"],
        category="Other",
        topic="Remote control missing from the box",
        product="AC 1/2 PK",
        aspect="product",
        severity="low",
        emotion=2,
        issues=["Remote tidak ada di dalam kotak"],
    )

    yield days.back(2, "14:16")
    read_back(
        complaint,
        by=siti,
        happened="Remote tidak ada di dalam kotak AC yang baru dibeli.",
        matters="Ibu harus naik kursi untuk menyalakan AC.",
        wanted="Remote dikirim ke rumah.",
        promise="menelepon Ibu dengan hari pengantaran remotenya",
        due=days.back(1, "17:00"),
    )
    remote = offer(
        complaint,
        Item("replacement", words="remote baru, diantar kurir tanpa ongkos"),
        by=siti,
        answer_by=days.back(1, "17:00"),
        deliver_by=days.ahead(1, "17:00"),
    )

    yield days.back(2, "14:19")
    accepts(remote, "Ya, diantar saja ke rumah. Terima kasih.", by=siti)

    yield days.back(1, "11:25")
    keep(complaint, "Remotenya dibawa kurir besok pagi, Bu, sebelum jam sepuluh.", by=siti)

    yield days.back(0, "10:00")
    put_right(
        remote,
        by=siti,
        happened="Sabtu: kotak dibuka, remote tidak ada.\nMinggu: semua gabus dikeluarkan, tetap tidak ada.",
        seen="Packing slip: the remote was packed with the second unit of the same order",
        found=("upheld", "The packing slip shows two remotes in the other box."),
        because=("Slip or oversight", "Both remotes of the order went into one box."),
        why="Two units of one order are packed on one table at the same time.",
        reference="Courier note JK-40518, signed by her",
        reply="Remote AC Ibu sudah diantar pagi ini. Remote itu terselip di kotak lain waktu dikemas.",
    )
    need_no_improvement(complaint, by=siti, reason="The packing tables were separated last month already.")
