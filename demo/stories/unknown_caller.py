"""A caller who left neither name nor number: nobody to read back to, but a shelf that had to be fixed."""

from complaints.actions import handoff, intake
from complaints.actions.approval import approve
from demo.papers import picture
from demo.telling import (
    Stage,
    Story,
    ask_exception,
    caller,
    close_as_agreed,
    explain,
    final_reply,
    hand_off,
    improve,
    judge,
    keep_file,
    start_checking,
    take,
)


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(12, "17:02")
    complaint = take(
        caller(who.maya),
        "Rak pajangan televisi di toko Depok goyang. Tadi hampir menimpa anak saya. Tolong diurus, saya tidak mau "
        "apa-apa.",
        by=who.maya,
        wants=["other"],
        wanted_words="Raknya dibetulkan sebelum ada yang celaka",
        category="Other",
        topic="Shelf in the Depok shop nearly fell",
        aspect="service",
        severity="high",
        factors=["safety"],
        flags=["safety", "public"],
        emotion=4,
        department_concerned=who.sales,
        issues=["A shelf with televisions is loose"],
    )
    intake.agree_read_back(
        complaint,
        by=who.maya,
        what_happened="Rak televisi di toko Depok goyang dan hampir menimpa seorang anak.",
        why_it_matters="Orang bisa celaka.",
        what_is_wanted="Rak dibetulkan sekarang juga.",
        agreed=False,
    )

    yield days.back(12, "17:10")
    shelf = hand_off(
        complaint,
        who.sales,
        "Close off the television shelf in Depok at once and have it fixed. Send a picture.",
        by=who.maya,
        answer_by=days.back(11, "12:00"),
        kind="duty",
        wants_chronology=False,
    )
    start_checking(complaint, by=who.maya)

    yield days.back(12, "17:40")
    handoff.accept_handoff(shelf, by=who.agus)

    yield days.back(11, "10:25")
    photo = keep_file(
        complaint,
        "other",
        "The shelf, bolted to the wall",
        by=who.agus,
        file=picture("rak-depok.png", bars=4),
        handoff=shelf,
    )
    handoff.answer_handoff(
        shelf,
        by=who.agus,
        words="Malam itu juga ditutup, paginya dibaut ke dinding. Dua baut belakang tidak pernah dipasang.",
        cause_is_ours="yes",
    )

    yield days.back(11, "11:00")
    handoff.settle_handoff(shelf, by=who.maya, words="Seen on the picture.")

    yield days.back(10, "9:30")
    judge(complaint, ("upheld", "Two bolts had never been fitted."), by=who.maya, evidence=[photo])
    explain(
        complaint,
        "Procedure",
        "Shelves are put up by the shop itself; nobody checks the wall bolts before opening. Tools, training, "
        "checklist "
        "and handover were looked at; the checklist lacks the line.",
        by=who.maya,
        evidence=photo,
        method="fishbone",
    )
    improve(
        complaint,
        "preventive",
        "The opening checklist asks for the wall bolts; all 14 shops check theirs once now.",
        by=who.maya,
        owner=who.agus,
        due=days.back(2, "9:00").date(),
        measure="14 signed checklists",
    )
    final_reply(
        complaint,
        "Rak di toko Depok ditutup malam itu juga dan sudah dibaut ke dinding. Terima kasih sudah mengingatkan kami.",
        by=who.maya,
        reached=False,
    )
    yes = ask_exception(complaint, "unreachable", "No name, no number: there is nobody to answer.", by=who.maya)

    yield days.back(10, "13:15")
    approve(yes, by=who.bambang, outcome="Agreed. Well done to close the shelf the same evening.")

    yield days.back(10, "13:30")
    close_as_agreed(complaint, by=who.maya)
