"""What to say to the customer, in their language, built from what was noted (4.7). Pure text.

The sentences stand here and not in the catalogues: they are the customer's,
not the page's, and a missing translation must not put another language into
the agent's mouth (copy.md).
"""

from collections.abc import Iterable

WANTS = {
    "en": {
        "replacement": "a replacement", "refund": "a refund", "exchange": "an exchange", "store_credit": "store credit",
        "discount": "a discount", "repair": "a repair", "apology": "an apology", "explanation": "an explanation",
        "other": "", "unknown": "",
    },
    "id": {
        "replacement": "ganti unit baru", "refund": "pengembalian uang", "exchange": "tukar barang",
        "store_credit": "saldo belanja", "discount": "potongan harga", "repair": "servis",
        "apology": "permintaan maaf", "explanation": "penjelasan", "other": "", "unknown": "",
    },
    "ms": {
        "replacement": "ganti barang baharu", "refund": "bayaran balik", "exchange": "tukar barang",
        "store_credit": "kredit kedai", "discount": "potongan harga", "repair": "pembaikan",
        "apology": "permohonan maaf", "explanation": "penjelasan", "other": "", "unknown": "",
    },
}  # fmt: skip
AND = {"en": "and", "id": "dan", "ms": "dan"}
OPENING = {
    "en": "{name}, let me say it again.",
    "id": "{name}, saya ulangi ya.",
    "ms": "{name}, izinkan saya ulang.",
}
NAMELESS = {"en": "Let me say it again.", "id": "Saya ulangi ya.", "ms": "Izinkan saya ulang."}
WANTED = {"en": "You are asking for: {wanted}.", "id": "Yang diminta: {wanted}.", "ms": "Apa yang diminta: {wanted}."}
ASKING = {"en": "Is that right?", "id": "Apakah sudah betul?", "ms": "Adakah itu betul?"}
NOT_YET = {
    "en": "You do not know yet what you want from us",
    "id": "Belum tahu apa yang diminta dari kami",
    "ms": "Belum pasti apa yang diminta daripada kami",
}


def wanted(wants: Iterable[str], amount: str, words: str, language: str) -> str:
    """ "pengembalian uang Rp450.000": what is wanted, as a phrase. `amount` is already written out."""
    kinds = [said for want in wants if (said := WANTS[language].get(want, ""))]
    listed = f" {AND[language]} ".join(filter(None, [", ".join(kinds[:-1]), kinds[-1] if kinds else ""]))
    phrase = ", ".join(filter(None, [f"{listed} {amount}".strip(), words.strip()]))
    return phrase or NOT_YET[language]


def script(name: str, happened: str, matters: str, is_wanted: str, language: str) -> str:
    """The read-back to say aloud. Without a name it starts without one: a form of address is never guessed."""
    opening = OPENING[language].format(name=name) if name else NAMELESS[language]
    parts = [opening, _sentence(happened), _sentence(matters)]
    if is_wanted:
        parts.append(WANTED[language].format(wanted=is_wanted.strip().rstrip(".")))
    return " ".join(filter(None, [*parts, ASKING[language]]))


def _sentence(words: str) -> str:
    words = " ".join(words.split())
    return words if not words or words[-1] in ".!?…" else f"{words}."
