"""The fourth seed: two accounts that differ, a camera that settles one point, and one that is still open."""

from complaints.actions import handoff, verification
from demo.papers import picture
from demo.telling import (
    REPAIR,
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

    yield days.back(6, "10:20")
    maria = caller(
        who.siti,
        "Maria Simbolon",
        "Bu",
        phones=["0811 7788 2201"],
        emails=["maria.simbolon@mail.example"],
        address="Apartemen Kemuning lt. 9, Jakarta Timur",
    )
    complaint = take(
        maria,
        "Teknisi yang memasang mesin cuci menyeretnya begitu saja, tidak pakai alas. Lantai kayu saya baret panjang "
        "sekali. Waktu saya tegur dia bilang memang sudah begitu dari dulu.",
        by=who.siti,
        wants=["repair"],
        wanted_words="Lantainya diperbaiki seperti semula",
        category=REPAIR,
        topic="Floor scratched during installation",
        product="Mesin cuci SN-W10",
        aspect="service",
        emotion=4,
        factors=["money", "complexity"],
        department_concerned=who.service,
        issues=["The floor was scratched during the installation", "The technician said it had been so before"],
    )

    yield days.back(6, "10:33")
    read_back(
        complaint,
        by=who.siti,
        happened="Mesin cuci diseret tanpa alas, lantai kayu Ibu baret. Teknisi bilang baretnya sudah lama.",
        matters="Lantainya baru dipasang tahun ini, dan Ibu merasa dituduh berbohong.",
        wanted="Lantai diperbaiki seperti semula.",
        promise="menelepon Ibu setelah teknisinya didengar",
        due=days.back(3, "16:00"),
    )

    yield days.back(5, "9:10")
    start_checking(complaint, by=who.siti)
    who_came = hand_off(
        complaint,
        who.service,
        "Who installed the machine, when did they arrive and leave, and was a mat used?",
        by=who.siti,
        answer_by=days.back(3, "12:00"),
    )
    account(
        complaint,
        "Kira-kira jam sembilan: dua teknisi datang.\n09.10: mesin ditarik dari lift ke dapur, tanpa alas.\n"
        "09.15: saya lihat baret di lantai dan menegur mereka.\n10.00: mereka pulang.",
        by=who.siti,
    )

    yield days.back(5, "11:02")
    handoff.accept_handoff(who_came, by=who.joko)

    yield days.back(4, "14:30")
    account(
        complaint,
        "10.40: kami sampai di apartemen.\n10.50: mesin kami angkat berdua, pakai alas dari mobil.\n"
        "11.00: ibu itu menunjuk baret, saya bilang sudah ada sebelum kami masuk.",
        by=who.bambang,
        party="employee",
        teller="Technician",
    )

    yield days.back(3, "9:45")
    handoff.answer_handoff(
        who_came,
        by=who.joko,
        words="Dua teknisi, sampai 10.40 menurut laporan mereka, pulang 11.30. Alas ada di mobil; apakah dipakai, "
        "laporannya tidak menyebut.",
        cause_is_ours="unsure",
    )

    yield days.back(3, "10:05")
    handoff.settle_handoff(who_came, by=who.siti, words="Names and times are clear; the mat is not.")
    keep(
        complaint,
        "Kedua teknisi sudah kami dengar, Bu. Sekarang saya minta rekaman kamera lift dari pengelola gedung.",
        by=who.siti,
    )

    yield days.back(2, "11:30")
    camera = keep_file(
        complaint,
        "cctv",
        "Lift camera, 09:06: two men, the machine on its feet, no mat to be seen",
        by=who.siti,
        file=picture("lift-0906.png"),
    )
    when = verification.note_discrepancy(
        complaint, by=who.siti, topic="When they came", customer_says="About nine", other_says="10:40"
    )
    verification.note_discrepancy(
        complaint,
        by=who.siti,
        topic="Whether a mat was under the machine",
        customer_says="It was dragged on its feet",
        other_says="Two men carried it, on a mat",
    )
    verification.settle_discrepancy(
        when,
        by=who.siti,
        state="explained",
        finding="They came at 09:06. The report was written in the afternoon, from memory.",
        evidence=[camera],
    )
    told(
        complaint,
        "Kamera lift membenarkan jam kedatangannya, Bu. Soal alas masih saya tanyakan kepada teknisi yang satu lagi.",
        by=who.siti,
        promised="menelepon Ibu dengan hasil pemeriksaan",
        promised_by=days.ahead(1, "16:30"),
    )
