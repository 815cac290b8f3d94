"""In Malay: a picture was asked for by letter and sent by its link. He said yes in the survey: it closed by itself."""

from demo.days import KUALA_LUMPUR as KL
from demo.papers import picture
from demo.telling import (
    FAULTY,
    Stage,
    Story,
    accepts,
    answers,
    ask_for,
    caller,
    improve,
    keep,
    money,
    offer,
    put_right,
    read_back,
    take,
    writes,
)


def tell(stage: Stage) -> Story:
    days, faizal, norma = stage.days, stage.cast.faizal, stage.cast.norma

    yield days.back(9, "11:05", KL)
    azlan = caller(
        faizal,
        "Azlan bin Yahya",
        "Encik",
        phones=["+60 11-1094 2286"],
        emails=["azlan.yahya@contoh.example"],
        language="ms",
        country="MY",
    )
    complaint = take(
        azlan,
        "Bilah kipas siling retak masa berpusing laju. Nasib baik anak saya tak ada di bilik. Saya tak mahu kipas itu "
        "lagi, saya nak wang saya.",
        by=faizal,
        wants=["refund"],
        amount="139",
        wanted_currency="MYR",
        category=FAULTY,
        topic="Bilah kipas siling retak",
        product="Kipas siling SN-F5",
        aspect="product",
        severity="low",
        emotion=3,
        issues=["Bilah kipas retak semasa digunakan"],
    )

    yield days.back(9, "11:12", KL)
    read_back(
        complaint,
        by=faizal,
        happened="Bilah kipas siling retak semasa berpusing laju.",
        matters="Bilik itu bilik anak Encik.",
        wanted="RM139 dikembalikan.",
        promise="menelefon Encik dengan keputusan kami",
        due=days.back(6, "17:00", KL),
        by_letter=True,
    )

    yield days.back(9, "11:30", KL)
    ask_for(
        complaint,
        "gambar bilah kipas",
        "satu gambar bilah yang retak dan satu gambar label di atas motor",
        "untuk mengetahui kelompok kipas itu dan memberi amaran kepada pembeli lain",
        by=faizal,
        answer_by=days.back(6, "17:00", KL),
        remind_on=days.back(7, "10:00", KL),
    )

    yield days.back(8, "20:45", KL)
    writes(
        complaint,
        "Ini gambarnya. Labelnya kabur sedikit, tapi nombornya F5-0231.",
        files=[picture("bilah-kipas.png", bars=3), picture("label.png", bars=8)],
    )

    yield days.back(7, "9:40", KL)
    keep(complaint, "Gambarnya jelas, Encik. Esok saya telefon dengan keputusan kami.", by=faizal)

    yield days.back(6, "10:15", KL)
    keep(complaint, "Kelompok itu memang bermasalah, Encik. Kami kembalikan RM139.", by=faizal)
    refund = offer(
        complaint,
        money("refund", "139", "MYR"),
        by=faizal,
        answer_by=days.back(2, "17:00", KL),
        deliver_by=days.back(1, "17:00", KL),
    )

    yield days.back(6, "10:19", KL)
    accepts(refund, "Baik. Masukkan ke akaun yang sama.", by=faizal)

    yield days.nights(4, "11:00", KL)
    put_right(
        refund,
        by=faizal,
        happened="Malam Khamis: kipas dibuka pada kelajuan lima.\nLebih kurang 9.30 malam: satu bilah retak.",
        seen="Gambar pelanggan: retak bermula di lubang skru, kelompok F5-0231",
        found=("upheld", "Gambarnya menunjukkan retak di lubang skru."),
        because=("Product and supplier", "Lubang skru bilah kelompok F5-0231 terlalu dekat dengan tepi."),
        reference="RF-21904",
        reply="RM139 telah dikembalikan, rujukan RF-21904. Kipas itu jangan digunakan lagi; kami mengambilnya percuma.",
        closing_words="Gambar Encik melindungi pembeli lain.",
    )
    improve(
        complaint,
        "preventive",
        "Pembeli kelompok F5-0231 dihubungi dan bilahnya ditukar.",
        by=faizal,
        owner=norma,
        due=days.ahead(9, "9:00").date(),
        measure="Semua 62 pembeli dihubungi",
    )

    yield days.nights(3, "18:20", KL)
    answers(complaint, "yes", "Wang masuk hari Isnin. Cepat.", handling=5, effort=6, had_to_repeat=False)
