"""Not a complaint after all: a question about a promotion, asked by somebody in a hurry."""

from complaints.actions.approval import approve, ask_approval
from complaints.actions.closure import decline_complaint
from demo.telling import PRICE, Stage, Story, caller, take, told


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(3, "12:20")
    anton = caller(who.maya, "Anton Wibowo", "Pak", phones=["0896 1200 3487"])
    complaint = take(
        anton,
        "Promo kipas angin itu masih berlaku atau tidak? Di brosur tulisannya kecil-kecil, saya tidak punya waktu.",
        by=who.maya,
        wants=["unknown"],
        category=PRICE,
        topic="Is the fan promotion still on?",
        product="Kipas angin",
        aspect="price",
        severity="low",
        emotion=2,
    )
    told(complaint, "Masih, Pak, sampai tanggal 30 di semua toko.", by=who.maya)
    no = ask_approval(
        complaint,
        by=who.maya,
        kind="decline",
        reason="He asked a question, was answered in the same call, and wants nothing else.",
    )

    yield days.back(2, "9:05")
    approve(no, by=who.dewi, outcome="Agreed: a question, answered.")

    yield days.back(2, "9:40")
    decline_complaint(complaint, by=who.maya)
