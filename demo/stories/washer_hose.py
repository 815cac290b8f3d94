"""In Malay: we wait for a receipt she was asked for by letter. A first letter asked for the wrong one: undone."""

from complaints.actions.correspondence import undo_letter
from demo.days import KUALA_LUMPUR as KL
from demo.telling import FAULTY, Stage, Story, ask_for, caller, keep, read_back, take


def tell(stage: Stage) -> Story:
    days, faizal = stage.days, stage.cast.faizal

    yield days.back(3, "16:10", KL)
    khadijah = caller(
        faizal,
        "Khadijah binti Ismail",
        "Puan",
        phones=["+60 16-305 7728"],
        emails=["khadijah.ismail@contoh.example"],
        language="ms",
        country="MY",
    )
    complaint = take(
        khadijah,
        "Hos mesin basuh pecah, air melimpah sampai ke ruang tamu. Permaidani saya rosak. Saya nak ganti rugi "
        "permaidani itu.",
        by=faizal,
        wants=["refund", "repair"],
        category=FAULTY,
        topic="Hos mesin basuh pecah, permaidani rosak",
        product="Mesin basuh SN-W8",
        aspect="product",
        emotion=4,
        factors=["money"],
        issues=["Hos mesin basuh pecah", "Permaidani rosak terkena air"],
    )

    yield days.back(3, "16:19", KL)
    read_back(
        complaint,
        by=faizal,
        happened="Hos mesin basuh pecah dan air merosakkan permaidani di ruang tamu.",
        matters="Permaidani itu pemberian arwah ibu Puan.",
        wanted="Hos dibaiki dan permaidani diganti.",
        promise="menelefon Puan dengan tarikh hos diganti",
        due=days.back(2, "17:00", KL),
        by_letter=True,
    )

    yield days.back(2, "11:15", KL)
    keep(complaint, "Hos diganti esok pagi, Puan. Untuk permaidani, saya perlukan resitnya.", by=faizal)

    yield days.nights(1, "15:10", KL)
    until, remind = days.ahead(4, "17:00", KL), days.ahead(2, "10:00", KL)
    wrong = ask_for(
        complaint,
        "resit mesin basuh",
        "resit pembelian mesin basuh",
        "",
        by=faizal,
        answer_by=until,
        remind_on=remind,
    )
    undo_letter(wrong.message, by=faizal)
    ask_for(
        complaint,
        "resit permaidani",
        "resit atau gambar permaidani yang menunjukkan jenama dan saiznya",
        "untuk menentukan nilai ganti rugi permaidani Puan",
        by=faizal,
        answer_by=until,
        remind_on=remind,
    )
