"""In Kuala Lumpur, in Malay: free installation was promised, then billed. Sales has the question."""

from complaints.actions import details, handoff
from complaints.actions.letters import CorrectionFacts, send_correction
from demo.days import KUALA_LUMPUR as KL
from demo.papers import paper
from demo.telling import (
    WRONG_INFORMATION,
    Stage,
    Story,
    account,
    caller,
    hand_off,
    keep,
    keep_file,
    read_back,
    start_checking,
    take,
    told,
)


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(3, "11:30", KL)
    aishah = caller(
        who.faizal,
        "Aishah binti Razak",
        "Puan",
        phones=["+60 19-887 3420"],
        emails=["aishah.razak@mail.example"],
        language="ms",
        country="MY",
    )
    complaint = take(
        aishah,
        "Masa beli penghawa dingin, promoter kata pemasangan percuma. Hari pemasangan, juruteknik minta RM120. "
        "Kalau tak "
        "bayar dia tak mahu pasang.",
        by=who.faizal,
        wants=["refund"],
        amount="120",
        wanted_currency="MYR",
        category=WRONG_INFORMATION,
        topic="Pemasangan percuma, kemudian dibil",
        product="Penghawa dingin 1.0 HP",
        aspect="information",
        emotion=3,
        department_concerned=who.sales,
        issues=["Pemasangan percuma dijanjikan, RM120 dibil"],
    )

    yield days.back(3, "11:38", KL)
    read_back(
        complaint,
        by=who.faizal,
        happened="Promoter menjanjikan pemasangan percuma; juruteknik meminta RM120.",
        matters="Puan terpaksa bayar kerana anak kecil kepanasan.",
        wanted="RM120 dikembalikan.",
        promise="menelefon Puan selepas bertanya kepada bahagian Jualan",
        due=days.back(1, "17:00", KL),
    )

    yield days.back(2, "9:45", KL)
    start_checking(complaint, by=who.faizal)
    account(
        complaint,
        "Sabtu: promoter kata pemasangan percuma.\nHari pemasangan 10.00: juruteknik minta RM120, saya bayar tunai.",
        by=who.faizal,
    )
    bill = paper("resit-pemasangan.pdf", "Resit pemasangan", "RM 120.00, tunai", "Paip tambahan 3 meter")
    receipt = keep_file(complaint, "receipt", "Resit pemasangan RM120", by=who.faizal, file=bill)
    details.change_details(
        complaint,
        by=who.faizal,
        was_told="Pemasangan percuma, tanpa syarat",
        correct_information="Pemasangan asas percuma; paip melebihi 3 meter dicaj RM40 semeter",
        misinformation_source="promoter",
    )
    question = hand_off(
        complaint,
        who.sales,
        "Which promoter was on shift at the Cheras shop on that Saturday, and what is told about extra pipe?",
        by=who.faizal,
        answer_by=days.ahead(1, "12:00", KL),
        files=[receipt],
    )

    yield days.back(1, "9:20", KL)
    handoff.accept_handoff(question, by=who.rina)

    yield days.back(1, "15:30", KL)
    keep(
        complaint,
        "Bahagian Jualan sedang mencari siapa promoternya, Puan. Resit Puan sudah ada pada mereka.",
        by=who.faizal,
    )
    send_correction(
        complaint,
        CorrectionFacts(
            was_told="pemasangan percuma, tanpa syarat",
            correct="Pemasangan asas percuma. Paip melebihi 3 meter dicaj RM40 semeter.",
            meaning="RM120 itu untuk 3 meter paip tambahan. Sama ada Puan perlu membayarnya, kami putuskan selepas "
            "mendengar promoternya.",
        ),
        by=who.faizal,
    )
    told(
        complaint,
        "Jawapan mereka dijangka esok tengah hari, dan saya telefon Puan selepas itu.",
        by=who.faizal,
        promised="menelefon Puan dengan jawapan bahagian Jualan",
        promised_by=days.ahead(2, "10:00", KL),
    )
