"""In Kuala Lumpur, in Malay: solved two days ago, asked yesterday by letter, and she has not answered yet."""

from demo.days import KUALA_LUMPUR as KL
from demo.telling import FAULTY, Item, Stage, Story, accepts, caller, improve, keep, offer, put_right, read_back, take


def tell(stage: Stage) -> Story:
    days, faizal, norma = stage.days, stage.cast.faizal, stage.cast.norma

    yield days.back(5, "15:20", KL)
    noraini = caller(
        faizal,
        "Noraini binti Hassan",
        "Puan",
        phones=["+60 13-220 4471"],
        emails=["noraini.hassan@contoh.example"],
        language="ms",
        country="MY",
    )
    complaint = take(
        noraini,
        "Mop elektrik yang saya beli minggu lepas tak boleh dicas. Lampu merah menyala sekejap, lepas itu mati. Saya "
        "dah cuba tiga soket.",
        by=faizal,
        wants=["replacement"],
        category=FAULTY,
        topic="Mop elektrik tidak boleh dicas",
        product="Mop elektrik SN-M3",
        aspect="product",
        severity="low",
        emotion=2,
        issues=["Mop tidak boleh dicas"],
    )

    yield days.back(5, "15:27", KL)
    read_back(
        complaint,
        by=faizal,
        happened="Mop elektrik tidak boleh dicas sejak minggu pertama.",
        matters="Puan tinggal dengan ibu yang uzur dan lantai mesti sentiasa bersih.",
        wanted="Pengecas baharu.",
        promise="menelefon Puan apabila pengecas dihantar",
        due=days.back(3, "17:00", KL),
    )
    charger = offer(
        complaint,
        Item("replacement", words="pengecas baharu, dihantar ke rumah"),
        by=faizal,
        answer_by=days.back(3, "17:00", KL),
        deliver_by=days.ahead(1, "17:00", KL),
    )

    yield days.back(4, "9:15", KL)
    accepts(charger, "Baik, hantar sahaja ke rumah.", by=faizal)
    keep(complaint, "Pengecas sudah dihantar pagi ini, Puan. Nombor bungkusan PL-7733.", by=faizal)

    yield days.nights(2, "10:40", KL)
    put_right(
        charger,
        by=faizal,
        happened="Hari pertama: dicas penuh, tiada masalah.\nHari keempat: lampu merah menyala dan padam.",
        seen="Nota pembekal: kelompok pengecas M3-19 terlalu panas lalu terputus",
        found=("upheld", "Pengecas itu daripada kelompok M3-19."),
        because=("Product and supplier", "Pengecas kelompok M3-19 terputus apabila panas."),
        reference="PL-7733, diterima dan dicuba oleh pelanggan",
        reply="Pengecas baharu sudah sampai dan mop Puan boleh dicas. Pengecas lama daripada kelompok yang rosak.",
    )
    improve(
        complaint,
        "corrective",
        "Kelompok M3-19 ditarik balik daripada semua kedai.",
        by=faizal,
        owner=norma,
        due=days.ahead(6, "9:00").date(),
        measure="Tiada pengecas M3-19 dijual selepas tarikh itu",
    )
