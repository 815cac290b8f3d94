"""What every page of the desk shows around its own content: the bar, the banner, the person's taste."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints import clock
from complaints.models import Handoff, MailHold, User
from complaints.permissions import may_register, sees_board, sees_inbox, sees_queue


def desk(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"organisation": settings.ORGANISATION}
    preferences = getattr(user, "preferences", None)
    return {
        "organisation": settings.ORGANISATION,
        "theme": preferences.theme if preferences else "",
        "density": preferences.density if preferences else "",
        "keys": "off" if preferences and not preferences.keys_on else "",
        "bar": {
            "items": _items(request, user),
            "can_log_call": may_register(user),
            "log_call_url": reverse("complaints:call-new"),
            "search_url": reverse("complaints:search") if sees_queue(user) else "",
            "me_url": reverse("complaints:preferences"),
            "user_name": user.first_name,
        },
        "environment_banner": _banner(),
        "mail_hold": MailHold.objects.first() if sees_board(user) else None,
    }


def _items(request: HttpRequest, user: User) -> list[tuple[str, str, int | None, bool]]:
    """The bar shows only what exists for this person."""
    items: list[tuple[str, str, int | None]] = []
    if sees_queue(user):
        items.append((_("Queue"), reverse("complaints:queue"), None))
    if sees_inbox(user):
        items.append((_("Inbox"), reverse("complaints:inbox"), Handoff.objects.lying_with(user).count()))
    if sees_board(user):
        items.append((_("Board"), reverse("escalation:board"), None))
    if sees_queue(user):
        items.append((_("Outbox"), reverse("complaints:outbox"), None))
    if user.is_staff:
        items.append((_("Setup"), reverse("admin:index"), None))
    return [(label, url, count, request.path.startswith(url)) for label, url, count in items]


def _banner() -> str | None:
    if not settings.DEMO_HOME:
        return None
    ahead = clock.offset()
    if ahead:
        return _("Demo. The clock is %(days)d d %(hours)d h ahead.") % {
            "days": ahead.days,
            "hours": ahead.seconds // 3600,
        }
    return _("Demo: made-up people, and nothing leaves this machine.")
