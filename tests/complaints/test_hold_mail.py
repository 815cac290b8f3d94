"""`manage hold_mail`: what one does after a restore, before the workers start."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from complaints.models import Event, MailHold
from tests import factories
from tests.factories import Cast


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("hold_mail", *arguments, stdout=out)
    return out.getvalue()


def test_without_an_argument_it_says_how_it_stands(cast: Cast) -> None:
    assert said() == "Letters go out.\nLetters that wait: 0 (0 held, 0 pending, 0 sending)\n"
    factories.letter(cast, factories.in_progress(cast))
    factories.handed_off(cast, factories.in_progress(cast))
    assert "Letters that wait: 2 (1 held, 1 pending, 0 sending)" in said()
    assert not MailHold.objects.exists()


def test_on_and_off(cast: Cast) -> None:
    assert "All mail is held since" in said("on", "--reason", "restored")
    hold = MailHold.objects.get()
    assert (hold.reason, hold.by) == ("restored", cast.system)
    assert "by Tuntas: restored" in said()
    assert said("off").startswith("Letters go out.")
    assert not MailHold.objects.exists()
    kinds = Event.objects.filter(stream="site", kind__startswith="mail_").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["mail_held", "mail_released"]


def test_said_twice_the_first_reason_stands(cast: Cast) -> None:
    said("on", "--reason", "restored")
    assert "Nothing was changed." in said("on", "--reason", "again")
    assert MailHold.objects.get().reason == "restored"
    said("off")
    assert "Nothing was changed." in said("off")


@pytest.mark.parametrize("arguments", [("on",), ("on", "--reason", "  ")])
def test_without_a_reason_nothing_is_held(db: None, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="Say why"):
        call_command("hold_mail", *arguments)
    assert not MailHold.objects.exists()
