"""What `manage check` says about settings that would go wrong in silence."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

THIS_MACHINE = ("127.", "localhost", "::1", "0.0.0.0")


@register
def tasks_end_long_before_they_are_handed_out_again(**kwargs: Any) -> list[CheckMessage]:
    """A task that outlives the visibility timeout is given to a second worker while the first still runs it."""
    limit, visible = settings.CELERY_TASK_TIME_LIMIT, settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    if visible > 4 * limit:
        return []
    return [
        Error(
            f"A task may run for {limit} s, and after {visible} s it is handed to another worker as well.",
            hint="Keep the visibility timeout above four times CELERY_TASK_TIME_LIMIT.",
            id="tuntas.E001",
        )
    ]


@register
def letters_reach_somebody(**kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.EMAIL_URL and not settings.PRODUCTION and not settings.MAIL_ONLY_TO:
        found.append(
            Warning(
                "EMAIL_URL is set, but no letter leaves.",
                hint="Outside production only MAIL_ONLY_TO gets mail: name addresses there, or set TUNTAS_PRODUCTION.",
                id="tuntas.W001",
            )
        )
    if settings.PRODUCTION and not settings.EMAIL_URL:
        found.append(
            Warning(
                "This is production, and no letter leaves.",
                hint="Set EMAIL_URL to the mail server.",
                id="tuntas.W002",
            )
        )
    if settings.PRODUCTION and (urlsplit(settings.SITE_URL).hostname or "localhost").startswith(THIS_MACHINE):
        found.append(
            Warning(
                f"The links in letters begin with {settings.SITE_URL}, which a customer cannot open.",
                hint="Set SITE_URL to the address under which customers reach this desk.",
                id="tuntas.W003",
            )
        )
    return found
