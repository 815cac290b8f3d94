"""The line broke while the survey was handed over: nobody knows whether it arrived, so she is asked by phone."""

from complaints.actions.cause import need_no_improvement
from complaints.delivery import Outcome, Result
from demo.telling import FAULTY, Item, Stage, Story, accepts, caller, keep, offer, put_right, read_back, take

ADDRESS = "indah.permatasari@contoh.example"
BROKEN = Outcome(Result.UNKNOWN, "The letter was handed over, but then: The mail server closed the connection")


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(5, "11:10")
    indah = caller(who.maya, "Indah Permatasari", "Bu", phones=["0821 1930 5508"], emails=[ADDRESS])
    complaint = take(
        indah,
        "Penyedot debu tanpa kabel ini cuma tahan lima menit. Di iklan empat puluh menit. Baru satu kamar sudah mati.",
        by=who.maya,
        wants=["replacement"],
        category=FAULTY,
        topic="Vacuum cleaner's battery lasts five minutes",
        product="Penyedot debu SN-V4",
        aspect="product",
        severity="low",
        emotion=3,
        issues=["Baterai hanya tahan lima menit"],
    )

    yield days.back(5, "11:17")
    read_back(
        complaint,
        by=who.maya,
        happened="Baterai penyedot debu hanya tahan lima menit; iklannya empat puluh.",
        matters="Ibu alergi debu.",
        wanted="Baterai atau alatnya diganti.",
        promise="menelepon Ibu tentang penggantian baterainya",
        due=days.back(4, "17:00"),
    )
    battery = offer(
        complaint,
        Item("replacement", words="baterai baru, dibawa ke rumah"),
        by=who.maya,
        answer_by=days.back(3, "17:00"),
        deliver_by=days.ahead(1, "17:00"),
    )

    yield days.back(5, "11:21")
    accepts(battery, "Boleh, yang penting bisa untuk satu rumah.", by=who.maya)

    yield days.back(4, "15:05")
    keep(complaint, "Baterai barunya sudah ada, Bu. Kurir membawanya ke rumah Ibu.", by=who.maya)

    yield days.nights(2, "13:20")
    put_right(
        battery,
        by=who.maya,
        happened="Hari pertama: lima menit, lalu mati.\nHari kedua: diisi semalam, tetap lima menit.",
        seen="Test of the old battery: two of six cells dead",
        found=("upheld", "Two of six cells were dead from the beginning."),
        because=("Product and supplier", "Two cells were dead at delivery."),
        reference="Exchange note PB-2204",
        reply="Baterainya sudah diganti dan kami uji 38 menit di rumah Ibu. Dua sel baterai lama mati sejak awal.",
    )
    need_no_improvement(complaint, by=who.maya, reason="One battery of 400 sold; the supplier tests each from now on.")

    yield days.nights(2, "15:00")
    stage.post.trouble[ADDRESS] = BROKEN

    yield days.nights(1, "17:00")
    del stage.post.trouble[ADDRESS]
