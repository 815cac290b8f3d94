"""An enquiry that became a complaint: she asked the day before yesterday, and called again this morning."""

from demo.telling import NO_ANSWER, Stage, Story, caller, enquiry, take


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(2, "11:05")
    wulan = caller(who.maya, "Wulan Sari", "Bu", phones=["0877 6001 2284"])
    asked = enquiry(wulan, "Kapan teknisi datang membersihkan AC saya? Katanya minggu ini.", by=who.maya, emotion=1)

    yield days.back(0, "8:40")
    take(
        wulan,
        "Dua hari lalu saya tanya baik-baik kapan teknisinya datang, tidak ada yang menelepon kembali. Sekarang saya "
        "keluhkan.",
        by=who.andi,
        wants=["explanation"],
        category=NO_ANSWER,
        topic="Nobody called back about the technician",
        product="AC 1/2 PK",
        aspect="service",
        severity="low",
        issues=["A question was left without an answer"],
        enquiry=asked,
    )
