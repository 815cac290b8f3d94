"""The template's words for the next step of a complaint; what they say is decided in `escalation.wording`."""

from datetime import datetime
from typing import Any

from django import template

from complaints.models import User
from escalation import wording
from escalation.models import NextStep

register = template.Library()


@register.simple_tag
def next_step_sentence(step: NextStep, now: datetime | None = None) -> str:
    """'Call Bu Sri: the promise of 12:00 was missed'."""
    return wording.sentence(step, now)


@register.simple_tag
def next_step_what(step: NextStep) -> str:
    """The word beside its deadline: 'promise', 'answer of Sales'."""
    return wording.what(step)


@register.simple_tag
def next_step_where(step: NextStep, now: datetime) -> str:
    """With whom it lies: 'Us', 'Sales, day 3'."""
    return wording.where(step, now)


@register.inclusion_tag("escalation/next_step_button.html", takes_context=True)
def next_step_button(context: dict[str, Any], step: NextStep, key: str = "") -> dict[str, Any]:
    """Its one button, where the page behind it is open to the person who looks."""
    user = context.get("user")
    shown = isinstance(user, User) and wording.is_open_to(step, user)
    return {"shown": shown, "url": wording.url(step), "action": wording.button(step), "key": key}
