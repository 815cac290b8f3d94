"""The first seed: a promoter's wrong promise, three calls told "it has been passed on", and a promise missed.

Left where a newcomer takes it up: it can be walked to *closed* by Andi, Rina and Dewi.
"""

from complaints.actions import details, handoff, intake
from complaints.models import Contact
from complaints.wording import day_of, day_of_long
from demo.papers import paper
from demo.stories import late_delivery
from demo.telling import WRONG_INFORMATION, Stage, Story, hand_off, heard, keep_file, read_back, take, told


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast
    bought = days.back(9, "14:52")

    yield days.back(4, "15:31")
    sri = late_delivery.customer(who.andi)
    complaint = take(
        sri,
        "Saya beli kulkas dua pintu di toko Bekasi. Mas promotornya bilang garansinya dua tahun, langsung dari "
        "pabrik. Sampai rumah saya baca notanya, kok cuma satu tahun. Kalau dari awal tahu cuma satu tahun, saya "
        "ambil merek lain. Uang saya minta kembali saja.",
        by=who.andi,
        wants=["refund"],
        amount="1250000",
        category=WRONG_INFORMATION,
        topic="Wrong warranty information",
        product="Kulkas dua pintu SN-240",
        aspect="information",
        emotion=3,
        department_concerned=who.sales,
        issues=["Two years of warranty were promised, the receipt says one"],
    )

    yield days.back(4, "15:40")
    read_back(
        complaint,
        by=who.andi,
        happened=f"{day_of_long(bought.date(), language='id')} Ibu membeli kulkas di toko Bekasi. Promotor "
        "menjanjikan garansi dua tahun, di nota tertulis satu tahun.",
        matters="Garansi itu alasan Ibu memilih merek ini; sekarang Ibu merasa tertipu.",
        wanted="Uang kembali Rp1.250.000.",
        promise="menelepon Ibu dengan jawaban dari bagian Penjualan",
        due=days.back(1, "12:00"),
        words=f"Nomor keluhan Ibu {complaint.reference}. Keluhan Ibu saya sampaikan ke pihak terkait, dan saya "
        "sendiri, Andi, yang menelepon Ibu dengan jawabannya.",
    )

    yield days.back(3, "8:35")
    heard(complaint, "Ini foto nota yang Mas Andi minta.", by=who.andi, channel="email", answers_us=True)

    yield days.back(3, "9:00")
    question = hand_off(
        complaint,
        who.sales,
        f"Was a two-year warranty promised at the Bekasi shop on {day_of(bought.date(), language='en', year=False)}? "
        "Who was the promoter, and what exactly was said?",
        by=who.andi,
        answer_by=days.back(2, "16:00"),
        told_customer="That Andi calls her with your answer, by noon of the day after tomorrow.",
    )
    details.change_details(
        complaint,
        by=who.andi,
        was_told="Two years of warranty, by a promoter at the Bekasi shop",
        correct_information="One year, and one more when the fridge is registered within 30 days",
        misinformation_source="promoter",
    )

    yield days.back(3, "11:20")
    handoff.accept_handoff(question, by=who.rina)
    handoff.write_in_handoff(question, by=who.rina, words="Kami perlu nomor notanya untuk mencari promotornya.")

    yield days.back(3, "11:40")
    receipt = paper(
        "INV-8812.pdf",
        "Sinar Elektronik, Bekasi",
        f"INV-8812    {bought:%d-%m-%Y %H:%M}",
        "1  Kulkas dua pintu SN-240    Rp 1.250.000",
        "Dibayar dengan kartu debit",
        "Garansi resmi 1 (satu) tahun",
    )
    keep_file(complaint, "receipt", "Receipt INV-8812: one year", by=who.andi, file=receipt, handoff=question)
    handoff.write_in_handoff(question, by=who.andi, words="INV-8812 is attached, with the time of payment.")

    yield days.back(2, "10:02")
    heard(
        complaint,
        "Saya mau tanya kabar kulkas saya. Kemarin katanya ditelepon, sampai kapan saya menunggu?",
        by=who.maya,
        emotion=3,
    )
    told(
        complaint,
        "Keluhan Ibu sudah kami sampaikan ke pihak terkait. Mohon ditunggu ya, Bu.",
        by=who.maya,
        reply=Contact.Reply.HOLDING,
    )

    yield days.back(2, "16:30")
    handoff.write_in_handoff(
        question, by=who.andi, chase=True, words="Your answer was due at 16:00. I owe her a call tomorrow at noon."
    )

    yield days.back(1, "9:05")
    handoff.write_in_handoff(
        question, by=who.andi, chase=True, words="Second reminder: what did the promoter say? She waits until 12:00."
    )

    yield days.back(1, "16:20")
    heard(
        complaint,
        "Ini telepon saya yang ketiga. Jam dua belas tidak ada yang telepon. Saya tidak mau dengar lagi "
        "“sudah disampaikan”. Saya mau uang saya kembali.",
        by=who.siti,
        emotion=4,
    )
    told(
        complaint,
        "Mohon maaf, Bu. Di sini tertulis sudah disampaikan ke pihak terkait dan sedang dalam proses.",
        by=who.siti,
        reply=Contact.Reply.HOLDING,
    )
    intake.add_issue(complaint, by=who.siti, words="Three calls, and each time only “it has been passed on”")
