"""The second seed, in Kuala Lumpur and in Malay: charged twice at renewal, refunded at once within the limit."""

from demo.days import KUALA_LUMPUR as KL
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
    is_satisfied,
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
    days, faizal, norma = stage.days, stage.cast.faizal, stage.cast.norma

    yield days.back(13, "10:12", KL)
    farid = caller(
        faizal,
        "Farid bin Osman",
        "Encik",
        phones=["+60 12-345 6789"],
        emails=["farid.osman@mail.example"],
        language="ms",
        country="MY",
        account_number="SM-88120",
    )
    complaint = take(
        farid,
        "Saya perbaharui pelan perlindungan peti sejuk, tapi kad saya dicaj dua kali untuk jumlah yang sama. Saya "
        "nak satu caj itu dikembalikan hari ini juga.",
        by=faizal,
        wants=["refund"],
        amount="89.90",
        wanted_currency="MYR",
        category=CHARGED_TWICE,
        topic="Dicaj dua kali semasa pembaharuan",
        product="Pelan perlindungan 12 bulan",
        aspect="process",
        severity="low",
        emotion=2,
        issues=["Kad dicaj dua kali untuk satu pembaharuan"],
    )

    yield days.back(13, "10:18", KL)
    read_back(
        complaint,
        by=faizal,
        happened="Pelan perlindungan diperbaharui sekali, tetapi kad Encik dicaj dua kali.",
        matters="Wang itu untuk belanja dapur minggu ini.",
        wanted="Satu caj RM89.90 dikembalikan.",
        promise="menghantar e-mel pengesahan bayaran balik",
        due=days.back(12, "17:00", KL),
    )
    twice = offer(
        complaint,
        money("refund", "89.90", "MYR"),
        by=faizal,
        answer_by=days.back(11, "17:00", KL),
        deliver_by=days.back(10, "17:00", KL),
    )

    yield days.back(13, "10:24", KL)
    accepts(twice, "Baik, terima kasih. Kembalikan ke kad yang sama.", by=faizal)
    start_checking(complaint, by=faizal)
    account(
        complaint,
        "21.04 Saya tekan bayar, skrin berpusing lama.\n21.06 Saya tekan sekali lagi.\n"
        "21.10 Dua mesej bank masuk, RM89.90 setiap satu.",
        by=faizal,
    )

    yield days.back(13, "11:05", KL)
    statement = paper(
        "penyata-kad.pdf", "Penyata kad", "21:05  RM 89.90  Sinar Malaysia", "21:06  RM 89.90  Sinar Malaysia"
    )
    log = keep_file(complaint, "log", "Penyata: dua caj dalam satu minit", by=faizal, file=statement)
    judge(
        complaint,
        ("upheld", "Penyata menunjukkan dua caj dalam satu minit untuk satu pelan."),
        by=faizal,
        evidence=[log],
    )
    explain(
        complaint,
        "Data and billing",
        "Halaman bayaran menerima tekanan kedua sebelum yang pertama dijawab.",
        by=faizal,
        evidence=log,
        method="one_line",
    )
    improve(
        complaint,
        "preventive",
        "Butang bayar dikunci selepas tekanan pertama.",
        by=faizal,
        owner=norma,
        due=days.ahead(15, "9:00").date(),
        measure="Tiada caj berganda dalam 60 hari",
    )

    yield days.back(13, "15:30", KL)
    fulfil(twice, by=faizal, reference="RF-20871")

    yield days.back(13, "15:42", KL)
    words = (
        "RM89.90 telah dikembalikan ke kad Encik, rujukan RF-20871, dan akan kelihatan dalam dua hari bekerja. "
        "Kesilapan itu di pihak kami dan kami minta maaf."
    )
    final_reply(
        complaint, words, by=faizal, channel="email", closing_words="Terima kasih kerana memberitahu kami, Encik Farid."
    )
    keep(complaint, "Pengesahan bayaran balik RF-20871.", by=faizal, channel="email")

    yield days.back(11, "11:10", KL)
    is_satisfied(complaint, "Encik Farid kata wangnya sudah masuk pagi tadi dan dia berpuas hati.", by=faizal)
