"""The switch that keeps every letter here: after a restore, or when something is wrong with what goes out."""

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import clock
from complaints.actions.moves import NotYours, refuse
from complaints.hints import look_now
from complaints.kinds import Kind
from complaints.models import MailHold, User
from complaints.permissions import sees_board
from complaints.timeline import record
from complaints.workflow import Who


@transaction.atomic
def hold_mail(*, by: User, reason: str) -> MailHold:
    """From now on no letter leaves; what is under way just now goes. Raises MoveRefused when they are held already,
    NotYours for anybody but supervisors, managers and the system."""
    check_switcher(by)
    hold, made = MailHold.objects.get_or_create(
        pk=1, defaults={"by": by, "since": clock.now(), "reason": reason.strip()[:300]}
    )
    if not made:
        raise refuse(_("Hold all mail"), "held", _("All mail is held already"))
    record(None, Kind.MAIL_HELD, by=by)
    return hold


@transaction.atomic
def release_mail(*, by: User) -> None:
    """Letters go out again, those that waited first. Raises MoveRefused when none are held, NotYours."""
    check_switcher(by)
    deleted, _rows = MailHold.objects.all().delete()
    if not deleted:
        raise refuse(_("Let letters go out again"), "not_held", _("No mail is held"))
    record(None, Kind.MAIL_RELEASED, by=by)
    look_now("complaints.tasks.deliver_messages")


def check_switcher(user: User) -> None:
    """Supervisors, managers, and the system. Raises NotYours."""
    if not (user.is_system or sees_board(user)):
        raise NotYours(Who.SUPERVISOR)
