"""Charged twice again, in Jakarta: refunded on the first call and resolved yesterday; only she has to be asked."""

from demo.papers import paper
from demo.telling import (
    CHARGED_TWICE,
    Stage,
    Story,
    accepts,
    account,
    caller,
    explain,
    final_reply,
    fulfil,
    improve,
    judge,
    keep,
    keep_file,
    money,
    offer,
    read_back,
    start_checking,
    take,
)


def tell(stage: Stage) -> Story:
    days, siti, budi = stage.days, stage.cast.siti, stage.cast.budi

    yield days.back(1, "10:31")
    lina = caller(siti, "Lina Kurniawati", "Bu", phones=["0857 1122 8890"], emails=["lina.k@mail.example"])
    complaint = take(
        lina,
        "Perpanjangan proteksi TV saya ditagih dua kali, sama-sama Rp349.000. Saya cuma tekan satu kali. Tolong "
        "yang satu dikembalikan.",
        by=siti,
        wants=["refund"],
        amount="349000",
        category=CHARGED_TWICE,
        topic="Protection plan charged twice",
        product="Proteksi TV 12 bulan",
        aspect="process",
        severity="low",
        emotion=2,
        issues=["Satu perpanjangan ditagih dua kali"],
    )

    yield days.back(1, "10:38")
    read_back(
        complaint,
        by=siti,
        happened="Satu perpanjangan ditagih dua kali, masing-masing Rp349.000.",
        matters="Tagihan kartu Ibu jatuh tempo minggu ini.",
        wanted="Satu tagihan Rp349.000 dikembalikan.",
        promise="mengirim konfirmasi pengembalian lewat email",
        due=days.back(1, "17:00"),
    )
    refund = offer(
        complaint,
        money("refund", "349000"),
        by=siti,
        answer_by=days.ahead(1, "17:00"),
        deliver_by=days.ahead(2, "17:00"),
    )

    yield days.back(1, "10:41")
    accepts(refund, "Ya, setuju. Ke kartu yang sama saja.", by=siti)
    start_checking(complaint, by=siti)
    account(complaint, "19.12 Saya tekan perpanjang satu kali.\n19.13 Dua SMS bank masuk.", by=siti)

    yield days.back(1, "11:20")
    bill = paper(
        "tagihan.pdf", "Tagihan kartu", "19:12  Rp 349.000  Sinar Elektronik", "19:13  Rp 349.000  Sinar Elektronik"
    )
    proof = keep_file(complaint, "log", "Card bill: two charges within a minute", by=siti, file=bill)
    judge(complaint, ("upheld", "The bill shows two charges within a minute."), by=siti, evidence=[proof])
    explain(
        complaint,
        "Data and billing",
        "The renewal job ran a second time after a time-out and did not look whether it had charged already.",
        by=siti,
        evidence=proof,
        method="one_line",
    )
    improve(
        complaint,
        "corrective",
        "The renewal job asks for the order number before it charges again.",
        by=siti,
        owner=budi,
        due=days.ahead(10, "9:00").date(),
        measure="No double charge at renewal in 60 days",
    )

    yield days.back(1, "13:05")
    fulfil(refund, by=siti, reference="RF-55102")

    yield days.back(1, "13:20")
    final_reply(
        complaint,
        "Rp349.000 sudah kami kembalikan ke kartu Ibu, nomor RF-55102, dan terlihat dalam dua hari kerja. Sistem kami "
        "menagih dua kali; kami mohon maaf.",
        by=siti,
        channel="email",
        closing_words="Terima kasih sudah memberi tahu kami, Bu Lina.",
    )
    keep(complaint, "Konfirmasi pengembalian RF-55102.", by=siti, channel="email")
