"""The wire: one finished letter goes to a mail server or into a folder, and its outcome is told honestly.

`open_post()` gives the way letters leave this home. Nothing here knows a model or asks the database: who gets which
letter, and what follows from its outcome, is decided by whoever sends it.
"""

from django.conf import settings

from complaints.delivery.files import FolderPost, outbox
from complaints.delivery.post import Letter, Outcome, Parcel, Post, Result, build
from complaints.delivery.smtp import SmtpPost

__all__ = ["FolderPost", "Letter", "Outcome", "Parcel", "Post", "Result", "SmtpPost", "build", "open_post", "outbox"]


def open_post() -> Post:
    """The mail server of `EMAIL_URL`, or the folder where no server is named. Close it after the batch (`with`).

    Opens no connection yet. Raises ImproperlyConfigured when `EMAIL_URL` names no mail server.
    """
    return SmtpPost() if settings.EMAIL_URL else FolderPost(outbox())
