"""The fifth seed: a member of staff was rude. She neither sees the complaint nor owns it any more.

Resolved by an apology; why it could happen is still to be said, so it cannot close.
"""

from complaints.actions import details, intake
from demo.papers import paper
from demo.telling import (
    NO_ANSWER,
    Item,
    Stage,
    Story,
    accepts,
    account,
    caller,
    final_reply,
    fulfil,
    heard,
    judge,
    keep,
    keep_file,
    offer,
    read_back,
    start_checking,
    take,
)


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(9, "10:05")
    suparman = caller(who.maya, "Suparman", "Pak", phones=["0878 2200 1915"])
    complaint = take(
        suparman,
        "Setrika uap saya di tempat servis sudah tiga minggu. Tiap saya tanya tidak ada yang tahu.",
        by=who.maya,
        wants=["explanation"],
        category=NO_ANSWER,
        topic="No news of a repair, then a rude reply",
        product="Setrika uap",
        aspect="service",
        emotion=3,
        department_concerned=who.service,
        issues=["Three weeks without news of the repair"],
    )
    read_back(
        complaint,
        by=who.maya,
        happened="Setrika tiga minggu di servis, tidak ada kabar.",
        matters="Bapak butuh setrika untuk usaha binatu.",
        wanted="Kepastian kapan selesai.",
        promise="menelepon Bapak dengan tanggal selesainya",
        due=days.back(8, "16:00"),
    )

    yield days.back(8, "9:30")
    heard(
        complaint,
        "Perempuan yang angkat telepon saya kemarin sore membentak, katanya saya cerewet, lalu teleponnya ditutup. "
        "Saya pelanggan, bukan pengemis.",
        by=who.andi,
        emotion=5,
    )
    intake.add_issue(complaint, by=who.andi, words="Shouted at, and the call was cut off")
    details.mark_person_complained_of(complaint, person=who.maya, by=who.andi)

    yield days.back(8, "14:10")
    details.change_details(
        complaint, by=who.dewi, aspect="staff", underlying_need="respect", wants=["explanation", "apology"]
    )
    keep(
        complaint,
        "Saya Dewi, atasan di sini. Maaf, Pak Suparman; Bapak tidak pantas dibentak. Setrikanya selesai minggu ini. "
        "Urusan ini sekarang saya sendiri yang pegang.",
        by=who.dewi,
    )

    yield days.back(7, "10:15")
    start_checking(complaint, by=who.dewi)
    account(
        complaint,
        "16.20: saya telepon, menanyakan setrika.\n16.22: dia bilang “Bapak ini cerewet sekali”, suaranya keras.\n"
        "16.23: telepon ditutup.",
        by=who.dewi,
    )

    yield days.back(6, "13:30")
    account(
        complaint,
        "Sore itu antrean sembilan orang, saya sendirian.\n16.20: bapak itu menelepon ketiga kalinya.\n"
        "16.22: saya bilang jangan cerewet. Saya menyesal.\n16.23: saya menutup telepon.",
        by=who.bambang,
        party="employee",
        teller="Agent on the phone",
    )

    yield days.back(5, "9:20")
    phone_log = keep_file(
        complaint, "log", "Phone log: 16:20 to 16:23, ended on our side; nine calls waiting", by=who.dewi
    )
    judge(
        complaint,
        ("upheld", "The repair sheet had no entry for 16 days."),
        ("upheld", "Both accounts agree, and the call was ended on our side."),
        by=who.dewi,
        evidence=[phone_log],
    )

    yield days.back(4, "11:00")
    sorry = offer(
        complaint,
        Item("apology", words="Permintaan maaf tertulis, ditandatangani kepala layanan"),
        Item("explanation", words="Mengapa tidak ada kabar, dan kapan setrikanya selesai"),
        by=who.dewi,
        answer_by=days.back(1, "17:00"),
        deliver_by=days.back(1, "17:00"),
    )

    yield days.back(4, "11:12")
    accepts(sorry, "Yang saya mau cuma dihargai. Ya, saya terima.", by=who.dewi)

    yield days.back(2, "10:40")
    letter = paper(
        "surat-permintaan-maaf.pdf",
        "Permintaan maaf",
        "Bapak Suparman yang kami hormati,",
        "Bapak menanyakan barang Bapak sendiri dan dibentak.",
        "Itu salah kami. Kami mohon maaf.",
        "Dewi Lestari, Sinar Elektronik",
    )
    proof = keep_file(complaint, "proof", "Signed letter, handed over with the iron", by=who.dewi, file=letter)
    fulfil(sorry, by=who.dewi, evidence=proof)
    final_reply(
        complaint,
        "Setrika Bapak selesai dan sudah diantar hari ini. Lembar servisnya 16 hari tidak diisi; itu kelalaian kami.",
        "Cara kami menjawab telepon Bapak salah, tanpa alasan apa pun. Petugasnya sudah kami ajak bicara.",
        by=who.dewi,
        closing_words="Terima kasih Bapak mau menegur kami.",
    )
