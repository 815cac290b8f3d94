"""Two offers refused, and a final decision that names where he can turn next."""

from complaints.actions.approval import approve
from complaints.actions.cause import need_no_improvement
from demo.papers import picture
from demo.telling import (
    FAULTY,
    Item,
    Stage,
    Story,
    account,
    ask_exception,
    caller,
    close_as_agreed,
    explain,
    final_reply,
    judge,
    keep,
    keep_file,
    money,
    offer,
    read_back,
    refuses,
    start_checking,
    take,
)


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(18, "15:05")
    gunawan = caller(who.siti, "Gunawan Tedjo", "Pak", phones=["0815 2020 6644"], emails=["g.tedjo@mail.example"])
    complaint = take(
        gunawan,
        "Layar tablet saya retak di hari kedua, tidak jatuh, tidak tertindih apa-apa. Itu cacat pabrik. Saya minta "
        "unit "
        "baru, bukan perbaikan.",
        by=who.siti,
        wants=["replacement"],
        amount="3200000",
        category=FAULTY,
        topic="Screen cracked on the second day",
        product="Tablet 10 inci",
        aspect="product",
        emotion=4,
        factors=["money"],
        issues=["Layar retak sendiri"],
    )

    yield days.back(18, "15:16")
    read_back(
        complaint,
        by=who.siti,
        happened="Layar tablet retak di hari kedua. Menurut Bapak tidak jatuh dan tidak tertindih.",
        matters="Tabletnya hadiah untuk anak.",
        wanted="Unit baru.",
        promise="menelepon Bapak dengan hasil pemeriksaan teknisi",
        due=days.back(15, "16:00"),
    )

    yield days.back(16, "10:00")
    start_checking(complaint, by=who.siti)
    account(complaint, "Sabtu: dibeli.\nMinggu pagi: saya keluarkan dari tas, layarnya sudah retak.", by=who.siti)
    glass = keep_file(
        complaint,
        "other",
        "Service centre: one point of impact at the edge",
        by=who.siti,
        file=picture("layar.png", bars=3),
    )

    yield days.back(15, "13:40")
    keep(
        complaint,
        "Teknisi menemukan satu titik benturan di tepi layar. Garansi menanggung cacat, benturan tidak; "
        "tetapi saya carikan jalan lain untuk Bapak.",
        by=who.siti,
    )
    judge(
        complaint,
        ("not_upheld", "One point of impact at the edge, with glass dust inside the frame."),
        by=who.siti,
        evidence=[glass],
    )
    first = offer(
        complaint,
        money("discount", "400000"),
        by=who.siti,
        answer_by=days.back(12, "17:00"),
        deliver_by=days.back(10, "17:00"),
        instead="garansi tidak menanggung benturan; yang dapat kami berikan adalah potongan biaya perbaikan",
        is_goodwill=True,
    )

    yield days.back(13, "9:45")
    refuses(first, "Saya tidak mau diskon perbaikan. Barang baru kok diperbaiki.", by=who.siti)

    yield days.back(13, "14:20")
    second = offer(
        complaint,
        Item("repair", words="Layar diganti tanpa ongkos kerja"),
        money("store_credit", "500000"),
        by=who.siti,
        answer_by=days.back(9, "17:00"),
        deliver_by=days.back(8, "17:00"),
        instead="tidak ada kesalahan di pihak kami, dan inilah yang paling jauh dapat kami berikan",
        is_goodwill=True,
    )

    yield days.back(10, "11:10")
    refuses(second, "Tidak. Unit baru, atau saya lanjutkan ke luar.", by=who.siti, channel="email")
    explain(complaint, "Way of use", "A hard edge pressed against the glass in the bag.", by=who.siti, evidence=glass)
    need_no_improvement(complaint, by=who.siti, reason="The box already warns against carrying it without its sleeve.")

    yield days.back(9, "10:30")
    final_reply(
        complaint,
        "Kami sudah memeriksa tablet Bapak dua kali. Retaknya berasal dari satu benturan di tepi, jadi unit baru tidak "
        "dapat kami berikan. Perbaikan tanpa ongkos kerja tetap berlaku tiga bulan. Bila Bapak tidak setuju, Bapak "
        "dapat membawa perkara ini ke BPSK Kota Bekasi.",
        by=who.siti,
        channel="email",
        closing_words="Terima kasih atas kesabaran Bapak.",
    )
    yes = ask_exception(
        complaint,
        "final_decision",
        "Examined twice, two fair offers refused; a new unit would not be fair to others.",
        by=who.siti,
        outside_route="BPSK Kota Bekasi",
    )

    yield days.back(8, "15:00")
    approve(yes, by=who.dewi, outcome="Read the file and the pictures; I would have decided the same.")

    yield days.back(8, "15:20")
    close_as_agreed(complaint, by=who.siti)
