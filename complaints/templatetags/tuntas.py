"""The template's words for moments, money, references, quotes and form fields.

Thin on purpose: what they say is decided in `complaints.wording`.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Unpack

from django import template
from django.forms import BoundField, widgets
from django.utils import timezone
from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

from complaints import wording

register = template.Library()


# --- moments and money -----------------------------------------------------


@register.filter
def when(moment: datetime | None) -> str:
    """'Thu 26 Nov 2026, 10:00 WIB', in the reader's language and zone."""
    return wording.when(moment) if moment else ""


@register.filter
def when_long(moment: datetime | None) -> str:
    """The same with full names, as promises and letters say it."""
    return wording.when_long(moment) if moment else ""


@register.filter
def clock(moment: datetime | None) -> str:
    """The time of day alone."""
    return wording.clock(moment) if moment else ""


@register.filter
def day(value: date | None) -> str:
    """'Thu 26 Nov 2026', of a date or of a moment in the reader's zone."""
    return wording.day_of(_local_date(value)) if value else ""


@register.filter
def day_long(value: date | None) -> str:
    """'Thursday 26 November 2026'."""
    return wording.day_of_long(_local_date(value)) if value else ""


@register.filter
def near(moment: datetime | None, now: datetime) -> str:
    """As short as it stays clear beside `now`: '17:00 today', 'Thu 15:00', 'Thu 3 Dec'."""
    return wording.moment_near(moment, now) if moment else ""


@register.filter
def since(moment: datetime | None, now: datetime) -> str:
    """How long ago in one unit: '20 min', '2 h', '1 d'."""
    return wording.span(now - moment) if moment else ""


@register.filter
def money(amount: Decimal | int | None, currency: str) -> str:
    """'Rp1.250.000' for IDR, 'RM1,250.00' for MYR; never broken across lines."""
    return wording.money(amount, currency)


# --- words set in their own way --------------------------------------------


@register.filter
def ref(reference: str) -> SafeString:
    """A reference such as C26-000388, in one piece."""
    return format_html('<span class="ref">{}</span>', reference)


@register.filter
def voice(text: str, lang: str = "") -> SafeString:
    """Somebody's own words, escaped, as a quotation in their language."""
    words = mark_safe(linebreaks(f"\u201c{escape(text or '')}\u201d"))
    if not lang:
        return format_html('<blockquote class="quote">{}</blockquote>', words)
    return format_html('<blockquote class="quote" lang="{}">{}</blockquote>', lang, words)


@register.filter
def language_name(code: str) -> str:
    """A language in its own word, for the switch: English, Indonesia, Melayu."""
    return wording.LANGUAGE_NAMES.get(code, code)


@register.simple_tag
def icon(name: str, size: int = 24, css: str = "icon") -> SafeString:
    """A lucide icon that the ear does not hear. `css=""` where a component sets the size."""
    return _drawn(name, size, css)


@register.filter
def words(text: str) -> list[str]:
    """A short list written in a template: `{% for name in "tokens base"|words %}`."""
    return text.split()


# --- deadlines -------------------------------------------------------------


@register.inclusion_tag("components/deadline.html")
def deadline(
    due_at: datetime | None, now: datetime, *, variant: str = "", **facts: Unpack[wording.Facts]
) -> dict[str, object]:
    """One deadline: `{% deadline promise.due_at now missed=True variant="large" %}`.

    `variant` is "", "large" or "plain"; the other arguments are `wording.Facts`.
    """
    shown = wording.deadline(due_at, now, **facts)
    return {"state": shown.state, "words": shown.words, "due_at": due_at, "variant": variant}


# --- form fields -----------------------------------------------------------


@register.filter
def kind(field: BoundField) -> str:
    """How a field is laid out: hidden, checkbox, radio, checkboxes, group or plain."""
    widget = field.field.widget
    match widget:
        case _ if widget.is_hidden:
            return "hidden"
        case widgets.CheckboxInput():
            return "checkbox"
        case widgets.CheckboxSelectMultiple():
            return "checkboxes"
        case widgets.RadioSelect():
            return "radio"
        case _ if widget.use_fieldset:
            return "group"
        case _:
            return "plain"


@register.filter
def has(attributes: dict[str, Any], name: str) -> bool:
    """Whether a widget was given an attribute at all: `attrs|has:"data-chips"`."""
    return attributes.get(name, False) is not False


@register.filter
def first_control(field: BoundField) -> str:
    """The id of the control a link in the error summary leads to."""
    match kind(field):
        case "radio" | "checkboxes" | "group":
            return f"{field.auto_id}_0"
        case _:
            return field.id_for_label or field.auto_id


@cache
def _drawn(name: str, size: int, css: str) -> SafeString:
    attributes = {"aria-hidden": "true"} | ({"class": css} if css else {})
    return mark_safe("".join(line.strip() for line in lucide(name, size=size, **attributes).split("\n")))


def _local_date(value: date) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value
