"""The letter to him could not be delivered, so somebody has to tell him; a partner outside was asked this morning."""

from complaints.delivery import Outcome, Result
from demo.papers import picture
from demo.telling import FAULTY, Stage, Story, account, caller, hand_off, keep_file, read_back, start_checking, take

ADDRESS = "dimas.aditya@contoh.example"
NO_SUCH_MAILBOX = Outcome(Result.FAILED, "The mail server answered 550 5.1.1 to RCPT")


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast
    stage.post.trouble[ADDRESS] = NO_SUCH_MAILBOX

    yield days.back(1, "14:25")
    dimas = caller(who.andi, "Dimas Aditya", "Pak", phones=["0857 7301 4419"], emails=[ADDRESS])
    complaint = take(
        dimas,
        "Engsel laptop saya patah, padahal dipakai di meja saja. Toko bilang itu salah saya. Saya kuliah, semua tugas "
        "ada di situ.",
        by=who.andi,
        wants=["repair"],
        category=FAULTY,
        topic="Hinge of the laptop broken",
        product="Laptop 14 inci",
        aspect="product",
        emotion=4,
        factors=["complexity"],
        issues=["Engsel laptop patah", "Toko mengatakan itu salah pelanggan"],
    )

    yield days.back(1, "14:34")
    read_back(
        complaint,
        by=who.andi,
        happened="Engsel laptop patah, dan toko mengatakan itu salah Bapak.",
        matters="Semua tugas kuliah Bapak ada di laptop itu.",
        wanted="Diperbaiki dalam garansi, tanpa kehilangan data.",
        promise="menelepon Bapak dengan jawaban bengkel garansi",
        due=days.ahead(2, "16:00"),
        by_letter=True,
    )

    yield days.back(0, "9:20")
    start_checking(complaint, by=who.andi)
    account(complaint, "Senin malam: layar dibuka, bunyi krek.\nSelasa: engsel kiri patah.", by=who.andi)
    hinge = keep_file(complaint, "other", "His picture of the hinge", by=who.andi, file=picture("engsel.png", bars=5))
    hand_off(
        complaint,
        who.partner,
        "Menurut foto ini, apakah engsel patah karena bahan atau karena benturan? Berapa lama perbaikannya tanpa "
        "menghapus data?",
        by=who.andi,
        answer_by=days.ahead(1, "16:00"),
        wants_chronology=False,
        files=[hinge],
    )
