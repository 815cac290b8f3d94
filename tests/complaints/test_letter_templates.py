"""Every letter in every language reads as whole sentences, whatever of its facts is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template import Context, Engine
from django.utils.safestring import mark_safe

FOLDER = Path(settings.BASE_DIR) / "templates" / "emails"
PLAIN = Engine(dirs=[str(FOLDER.parent)], autoescape=False)
ESCAPED = Engine(dirs=[str(FOLDER.parent)])
LANGUAGES = ("en", "id", "ms")
LINKS = {
    *("status", "correct", "offer", "reopen", "upload", "change", "review", "handoff"),
    *("survey-yes", "survey-partly", "survey-no"),
}
Values = dict[str, object]


@dataclass(frozen=True)
class Letter:
    """What a letter is told. A fact with a star is always there; any other may be missing or empty."""

    facts: str
    choices: dict[str, tuple[object, ...]] = field(default_factory=dict)  # facts it branches on
    links: str = ""

    @property
    def always(self) -> list[str]:
        return [name.rstrip("*") for name in self.facts.split() if name.endswith("*")]

    @property
    def perhaps(self) -> list[str]:
        return [name for name in self.facts.split() if not name.endswith("*")]

    @property
    def names(self) -> set[str]:
        return {*self.always, *self.perhaps, *self.choices}


def to_customer(facts: str = "", links: str = "", **choices: tuple[object, ...]) -> Letter:
    return Letter(f"greeting* ref* agent* org* phone hours {facts}", choices, f"status {links}")


def to_staff(facts: str, **choices: tuple[object, ...]) -> Letter:
    return Letter(f"{facts} url* settings_url", choices)


EITHER = (True, False)
PACKET = "ref* owner* department* question* by accept_by quote wanted told attachments"
LETTERS = {
    "complaints/acknowledgement": to_customer(
        "apology_line what_happened* why_it_matters wanted next_step next_by", "correct"
    ),
    "complaints/request": to_customer("item* items* why by* remind_on", "upload", reminder=EITHER),
    "complaints/offer": to_customer(
        "apology_line wanted offer* alternative_line needed_line fulfil_by answer_by* callback_by*", "offer"
    ),
    "complaints/refund": to_customer("amount* destination sent_on* payment_ref arrive_by trace_by apology_line"),
    "complaints/correction": to_customer("told_on told_by was_told* correct* meaning remedy_line"),
    "complaints/final_reply": to_customer(
        "received_on summary wanted sources issues* correction_line remedy_line cause_line review_line outside_line"
    ),
    "complaints/resolved": to_customer("done_list* done_on cause_line", "reopen"),
    "complaints/closed": to_customer("received_line closed_line cause_line", "reopen"),
    "complaints/status_link": to_customer("expires_line"),
    "complaints/letter": to_customer("words*"),
    "complaints/handoff_outside": Letter(f"{PACKET} agent* org* phone hours", links="handoff"),
    "complaints/handoff": to_staff(PACKET),
    "complaints/chase": to_staff(
        "ref* owner* question* by left late supervisor told_by words", stage=(50, 80, 100, "50", "80", "100", "asked")
    ),
    "complaints/returned": to_staff("ref* department* officer reason supervisor"),
    "complaints/decision": to_staff("ref* requester* question* by options similar wanted"),
    "escalation/escalation": to_staff(
        "ref* reason* owner* previous last_said broken_promise ack_by decide_by next_level", climbed=EITHER
    ),
    "escalation/digest": to_staff("date* due overdue missed due_list overdue_list waiting news"),
    "followups/late": to_customer("promise* old_by* reason new_by interim_line", late=EITHER),
    "followups/survey": to_customer("address_name expires_on", "survey-yes survey-partly survey-no"),
    "followups/survey_reminder": to_customer("asked_on expires_on", "survey-yes survey-partly survey-no"),
    "followups/call_back": to_customer("phone_masked call_by*", "reopen change", is_solved=EITHER),
}
# No subject: one paragraph that goes into a letter, or into a field for a person to finish.
LINES = {
    "complaints/answer": Letter(
        "finding evidence standard", {"verdict": ("upheld", "partly", "not_upheld", "undetermined", "clarified")}
    ),
    "complaints/line_apology": Letter("apology_for*"),
    "complaints/line_alternative": Letter("alternative_reason*"),
    "complaints/line_needed": Letter("needed*"),
    "complaints/line_remedy": Letter("remedy* fulfil_by"),
    "complaints/line_cause": Letter("cause* improvement improve_by"),
    "complaints/line_review": Letter("phone review_by", links="review"),
    "complaints/line_outside": Letter("outside_body* outside_contact"),
    "complaints/line_silent": Letter("n* from* to*"),
    "complaints/line_withdrawn": Letter("on*"),
    "complaints/line_unreachable": Letter(""),
    "complaints/line_received": Letter("done_list*"),
    "complaints/line_expires": Letter("phone expires_on"),
}
PARTS = {"sign", "settings", "complaints/packet"}  # included by letters
WITH_BUTTONS = {
    "complaints/offer": ["offer"],
    "complaints/status_link": ["status"],
    "followups/survey": ["survey-yes", "survey-partly", "survey-no"],
    "followups/survey_reminder": ["survey-yes", "survey-partly", "survey-no"],
}
ALL = LETTERS | LINES

# Names, figures and whole sentences; any other fact is a few words in the middle of a sentence.
SAMPLES: Values = {
    "address_name": "Bu Sri",
    "agent": "Rina",
    "broken_promise": "Promised: call by noon, not kept.",
    "date": "Thu 26 Nov",
    "department": "Sales",
    "done_list": "a new kettle",
    "due": 3,
    "due_list": ["C26-000388: call Bu Sri", "C26-000390: answer"],
    "greeting": "Dear Ms Sri Wahyuni,",
    "hours": "08:00-20:00",
    "issues": "1. The price: You are right.\n\n2. The delivery: We looked at the slip.",
    "left": "2 h",
    "late": "3 h",
    "missed": ["C26-000401: call Pak Budi"],
    "n": 3,
    "news": ["C26-000402: handed to Sales"],
    "officer": "Andi",
    "org": "Toko Maju",
    "overdue": 1,
    "overdue_list": ["C26-000377: offer"],
    "owner": "Rina",
    "phone": "1500-000",
    "previous": "Dewi",
    "question": "What price was advertised",
    "ref": "C26-000388",
    "requester": "Rina",
    "settings_url": "https://desk.example/preferences/",
    "supervisor": "Dewi",
    "url": "https://desk.example/complaints/C26-000388/",
    "verdict": "upheld",
    "waiting": ["C26-000380: an offer of Rina"],
    "words": "We called you this morning.\n\nThe kettle is here.",
}
# People wrote these, and may have set a full stop of their own.
WRITTEN = {
    *("alternative_reason", "apology_for", "cause", "finding", "last_said", "question", "reason", "standard"),
    *("summary", "wanted", "was_told"),
}
FLAWS = {
    "a tag is left over": re.compile(r"\{\{|\}\}|\{%|%\}"),
    "a value is the word None": re.compile(r"\bNone\b"),
    "a space before a mark": re.compile(r"\s[,.;:?!)]|\(\s"),
    "two spaces": re.compile(r" {2}"),
    "two marks": re.compile(r"[.,:;?!][.,:;]|[.?!]\"\."),
    "empty brackets or quotes": re.compile(r"\(\W*\)|\"\W*\""),
    "a preposition without its word": re.compile(
        r"\b(?:by|to|on|at|until|between|and|or|lambat|pada|sampai|sehingga|ke|kepada|dari|daripada|dan|dengan|atau)"
        r"[.,;:)]"
    ),
    "a label without its value": re.compile(r":$"),
    "a sentence in small letters": re.compile(r"(?:^|[.?!] )(?!https://)[a-z]"),
}


def fact(name: str) -> object:
    said = name.replace("_", " ")
    return SAMPLES.get(name, f"The {said} said." if name.endswith("_line") else f"the {said} said")


def telling(letter: Letter, *, left_out: tuple[str, ...] = (), but: dict[str, str] | None = None) -> Iterator[Values]:
    """What the letter may be told, once for every branch it can take."""
    told = {name: fact(name) for name in [*letter.always, *letter.perhaps] if name not in left_out} | (but or {})
    for chosen in product(*letter.choices.values()):
        yield told | dict(zip(letter.choices, chosen, strict=True))


def render(name: str, language: str, values: Values) -> str:
    return PLAIN.get_template(f"emails/{name}.{language}.txt").render(Context(values))


def paragraphs(text: str) -> list[str]:
    """As they are sent: what renders to blanks is gone."""
    return [paragraph.strip() for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip()]


def parts(name: str, language: str, values: Values) -> list[str]:
    """The subject, where there is one, and the paragraphs."""
    text = render(name, language, values)
    if name in LINES:
        return paragraphs(text)
    first, blank, body = text.split("\n", 2)
    assert first.startswith("Subject: ")
    assert blank == ""
    return [first.removeprefix("Subject: "), *paragraphs(body)]


def flaws(sent: list[str]) -> list[tuple[str, str]]:
    """What a reader would stumble over. An ellipsis stands for words that somebody still writes."""
    read = [part.replace("…", "Words") for part in sent]
    return [(flaw, part) for part in read for flaw, pattern in FLAWS.items() if pattern.search(part)]


def source(name: str, language: str) -> str:
    """The template, with what it includes."""
    text = (FOLDER / f"{name}.{language}.txt").read_text()
    for included in re.findall(r'{% include "emails/(.+?)\.\w\w\.txt" %}', text):
        text += source(included, language)
    return text


def variables(name: str, language: str) -> set[str]:
    tags = re.findall(r"{{(.+?)}}|{% (?:if|elif|for \w+ in) (.+?)%}", source(name, language))
    words = " ".join(re.sub(r'"[^"]*"|\|\w+:?', " ", "".join(tag)) for tag in tags)
    return set(re.findall(r"[a-z_]+", words)) - {"and", "or", "not", "in", "line"}


every_text = pytest.mark.parametrize("name", ALL)
every_letter = pytest.mark.parametrize("name", LETTERS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def test_every_letter_stands_in_every_language_and_is_tried_here() -> None:
    known = {f"{name}.{language}.txt" for name in [*ALL, *PARTS] for language in LANGUAGES}
    assert {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.txt")} == known


@every_language
@every_text
def test_a_letter_asks_for_the_facts_it_is_given_and_for_no_other(name: str, language: str) -> None:
    assert variables(name, language) == ALL[name].names


@every_language
@every_text
def test_a_letter_has_the_links_it_should_have(name: str, language: str) -> None:
    links = set(re.findall(r"\[\[link:(.+?)\]\]", source(name, language)))
    assert links == set(ALL[name].links.split())
    assert links <= LINKS


@every_language
@every_text
def test_every_fact_is_told(name: str, language: str) -> None:
    """In one branch or another; lists and words of several paragraphs whole."""
    sent = "\n\n".join("\n\n".join(parts(name, language, values)) for values in telling(ALL[name]))
    if name == "complaints/closed":
        sent += "\n\n".join(parts(name, language, next(telling(ALL[name], left_out=("closed_line",)))))
    for fact_name in [*ALL[name].always, *ALL[name].perhaps]:
        told = fact(fact_name)
        for words in told if isinstance(told, list) else [told]:
            assert str(words).lower() in sent.lower(), fact_name


@every_language
@every_text
def test_a_letter_reads_well_whatever_is_missing(name: str, language: str) -> None:
    letter = ALL[name]
    for chosen in product(EITHER, repeat=len(letter.perhaps)):
        missing = tuple(fact_name for fact_name, there in zip(letter.perhaps, chosen, strict=True) if not there)
        for values in telling(letter, left_out=missing):
            assert flaws(parts(name, language, values)) == [], missing


@every_language
@every_text
def test_an_empty_fact_is_a_missing_one(name: str, language: str) -> None:
    letter = ALL[name]
    for empty in [(fact_name,) for fact_name in letter.perhaps] + [tuple(letter.perhaps)]:
        blanks = dict.fromkeys(empty, "")
        pairs = zip(telling(letter, but=blanks), telling(letter, left_out=empty), strict=True)
        assert all(parts(name, language, one) == parts(name, language, other) for one, other in pairs), empty


@every_language
@pytest.mark.parametrize("name", [name for name, letter in ALL.items() if letter.names & WRITTEN])
def test_words_that_bring_their_own_full_stop_get_no_second_one(name: str, language: str) -> None:
    for mark in ".?!":
        ended = {written: f"{fact(written)}{mark}" for written in WRITTEN & ALL[name].names}
        for values in telling(ALL[name], but=ended):
            assert flaws(parts(name, language, values)) == []


@every_language
@every_letter
def test_the_subject_carries_the_number(name: str, language: str) -> None:
    for left_out in [(), tuple(LETTERS[name].perhaps)]:
        for values in telling(LETTERS[name], left_out=left_out):
            subject = parts(name, language, values)[0]
            assert ("C26-000388" if name != "escalation/digest" else "Thu 26 Nov") in subject
            assert len(subject) <= 120


@every_language
@pytest.mark.parametrize("name", [name for name, letter in LETTERS.items() if "status" in letter.links])
def test_a_letter_to_a_customer_greets_and_is_signed(name: str, language: str) -> None:
    for values in telling(LETTERS[name]):
        sent = parts(name, language, values)
        assert sent[1] == "Dear Ms Sri Wahyuni,"
        assert sent[-1].startswith("Rina, Toko Maju\n")
        assert sent[-1].endswith("C26-000388: [[link:status]]")
        assert "1500-000 (08:00-20:00)." in sent[-1]


@every_language
@pytest.mark.parametrize("name", [name for name, letter in LETTERS.items() if "url" in letter.names])
def test_a_letter_to_a_colleague_ends_with_where_to_go_and_where_to_stop_it(name: str, language: str) -> None:
    for values in telling(LETTERS[name]):
        *_, where, notices = parts(name, language, values)
        assert where.endswith("https://desk.example/complaints/C26-000388/")
        assert notices.endswith(": https://desk.example/preferences/")


@every_language
@pytest.mark.parametrize("name", WITH_BUTTONS)
def test_a_button_is_a_paragraph_of_a_label_and_a_link(name: str, language: str) -> None:
    """And the signature, which ends with a link too, is none."""
    button = re.compile(r"([^.:\n]{2,40}): \[\[link:(.+)\]\]")
    for left_out in [(), ("phone", "hours")]:
        for values in telling(LETTERS[name], left_out=left_out):
            buttons = [found[2] for part in parts(name, language, values) if (found := button.fullmatch(part))]
            assert buttons == WITH_BUTTONS[name]


@every_language
@pytest.mark.parametrize("name", LINES)
def test_a_line_is_one_paragraph(name: str, language: str) -> None:
    assert all(len(paragraphs(render(name, language, values))) == 1 for values in telling(LINES[name]))


@every_language
def test_a_reminder_says_so_and_announces_no_other(language: str) -> None:
    request = "complaints/request"
    with_it, without = (" ".join(parts(request, language, values)) for values in telling(LETTERS[request]))
    still = {"en": "We still need", "id": "Kami masih memerlukan", "ms": "Kami masih memerlukan"}[language]
    assert with_it.count(still) == 2
    assert still not in without
    assert "remind on" in without
    assert "remind on" not in with_it


@every_language
def test_without_a_new_date_none_is_promised(language: str) -> None:
    late = {"en": "We are late", "id": "Kami terlambat", "ms": "Kami lewat"}[language]
    for values in telling(LETTERS["followups/late"], left_out=("new_by",)):
        sent = parts("followups/late", language, values)
        assert sent[0].startswith(late)
        assert " ".join(sent).count(str(fact("promise"))) == 1  # the old one


@every_language
def test_a_section_of_the_digest_without_rows_is_left_out(language: str) -> None:
    bare = parts("escalation/digest", language, {"date": "Thu 26 Nov", "url": "https://desk.example/queue/"})
    assert len(bare) == 2
    full = parts("escalation/digest", language, next(telling(LETTERS["escalation/digest"])))
    assert len(full) == 8
    assert full[2].endswith(":\n- C26-000388: call Bu Sri\n- C26-000390: answer")


# --- the same letter as HTML -------------------------------------------------


def as_html() -> str:
    address = "https://desk.example/s/secret/?a=1&b=2"
    rows = [
        SimpleNamespace(kind="text", html=mark_safe("One &amp; two<br>three")),
        SimpleNamespace(kind="text", html="<b>not escaped before</b>"),
        SimpleNamespace(kind="quote", html=mark_safe("They said five days.")),
        SimpleNamespace(kind="button", label="Yes <now>", url=address),
    ]
    values = {"language": "ms", "subject": "Aduan <C26>", "org": "Maju & Co", "paragraphs": rows}
    return ESCAPED.get_template("emails/letter.html").render(Context(values))


def test_the_html_says_what_the_text_says_and_escapes_the_rest() -> None:
    html = as_html()
    assert html.startswith("<!doctype html>")
    assert '<html lang="ms">' in html
    assert "<title>Aduan &lt;C26&gt;</title>" in html
    assert '<p class="words">One &amp; two<br>three</p>' in html
    assert "&lt;b&gt;not escaped before&lt;/b&gt;" in html
    assert ">They said five days.</blockquote>" in html
    assert html.count("Maju &amp; Co") == 2


def test_under_a_button_its_address_is_written_out() -> None:
    html = as_html()
    address = "https://desk.example/s/secret/?a=1&amp;b=2"
    assert f'<a href="{address}">Yes &lt;now&gt;</a>' in html
    assert f'<p class="address"><a href="{address}">{address}</a></p>' in html


def test_the_html_fetches_nothing_and_runs_nothing() -> None:
    assert not re.search(r"<(?:img|link|script|iframe|object|form)\b|\bsrc=|url\(|@import|\son\w+=", as_html(), re.I)


def test_what_turns_dark_outweighs_the_inlined_style() -> None:
    dark = re.search(r"@media \(prefers-color-scheme: dark\) {(.+?)\n    }", as_html(), re.S)
    assert dark is not None
    rules = re.findall(r"[\w-]+: ([^;}]+)", dark[1])
    assert rules
    assert all(rule.strip().endswith("!important") for rule in rules)
