"""Not upheld, and still something given: goodwill says nothing about who was right."""

from demo.papers import picture
from demo.telling import (
    FAULTY,
    Stage,
    Story,
    accepts,
    account,
    caller,
    explain,
    final_reply,
    fulfil,
    improve,
    is_satisfied,
    judge,
    keep,
    keep_file,
    money,
    offer,
    read_back,
    start_checking,
    take,
)


def tell(stage: Stage) -> Story:
    days, who = stage.days, stage.cast

    yield days.back(9, "15:30")
    dedi = caller(who.maya, "Dedi Kurnia", "Pak", phones=["0852 9090 1178"], emails=["dedi.kurnia@mail.example"])
    complaint = take(
        dedi,
        "TV yang diantar kemarin bingkainya lecet di sudut. Saya beli baru, bukan bekas pajangan.",
        by=who.maya,
        wants=["exchange"],
        category=FAULTY,
        topic="Television delivered with a scratch",
        product="TV 43 inci",
        aspect="product",
        emotion=3,
        issues=["Bingkai lecet waktu diantar"],
    )

    yield days.back(9, "15:37")
    read_back(
        complaint,
        by=who.maya,
        happened="Bingkai TV lecet di sudut kanan bawah, terlihat sehari setelah diantar.",
        matters="Bapak merasa diberi barang pajangan.",
        wanted="Ditukar.",
        promise="menelepon Bapak setelah melihat foto serah terima",
        due=days.back(7, "15:00"),
    )

    yield days.back(7, "10:10")
    start_checking(complaint, by=who.maya)
    account(
        complaint,
        "Hari pertama, siang: TV diantar, saya tanda tangan.\nKeesokan paginya: istri saya melihat lecet di sudut.",
        by=who.maya,
    )
    photo = keep_file(
        complaint,
        "other",
        "Handover photo: the corner is whole, he stands beside it",
        by=who.maya,
        file=picture("serah-terima.png", bars=2),
    )
    keep(
        complaint,
        "Di foto serah terima sudutnya masih utuh, Pak. Fotonya saya kirim supaya Bapak bisa melihat sendiri.",
        by=who.maya,
    )
    judge(
        complaint,
        ("not_upheld", "The handover photo, with him beside it, shows the corner whole."),
        by=who.maya,
        evidence=[photo],
    )

    yield days.back(6, "13:00")
    gift = offer(
        complaint,
        money("store_credit", "200000"),
        by=who.maya,
        answer_by=days.back(3, "17:00"),
        deliver_by=days.back(3, "17:00"),
        instead="di foto serah terima bingkainya utuh; pena pewarna dan voucher kami berikan sebagai tanda perhatian",
        is_goodwill=True,
    )

    yield days.back(6, "13:12")
    accepts(gift, "Ya sudah, saya lihat fotonya. Terima kasih vouchernya, saya tidak menyangka.", by=who.maya)
    explain(
        complaint, "Way of use", "Scratched after handover, probably when it was hung.", by=who.maya, evidence=photo
    )
    improve(
        complaint,
        "preventive",
        "The driver shows the handover photos to the customer before leaving.",
        by=who.maya,
        owner=who.yanti,
        due=days.ahead(8, "9:00").date(),
        measure="Fewer complaints about scratches in 90 days",
    )

    yield days.back(5, "9:40")
    fulfil(gift, by=who.maya, reference="VC-771209")
    final_reply(
        complaint,
        "Foto serah terima menunjukkan bingkainya utuh, jadi TV tidak kami tukar. Pena pewarna bingkai dan voucher "
        "Rp200.000 (VC-771209) sudah kami kirim.",
        by=who.maya,
        channel="email",
        closing_words="Terima kasih, Pak Dedi.",
    )

    yield days.back(1, "15:00")
    is_satisfied(complaint, "Pak Dedi bilang lecetnya sudah tidak kelihatan dan vouchernya sudah dipakai.", by=who.maya)
