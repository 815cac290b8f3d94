"""What every form of the desk has: its key, the version it was rendered with, and fields that know bad text.

The table in product.md section 10 is the law: a control character, a line
break in a name or a megabyte of text is answered with a sentence.
"""

import hashlib
import json
import unicodedata
import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import clock

LONGEST_TEXT = 20_000
NOT_TYPED = {"submit_key", "version", "csrfmiddlewaretoken"}
DIRECTION_OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def refuse_hidden_characters(text: str) -> None:
    """Letters of any script, emoji, tabs and line breaks are text; control and direction overrides are not."""
    for character in text:
        if (unicodedata.category(character) == "Cc" and character not in "\n\r\t") or character in DIRECTION_OVERRIDES:
            raise ValidationError(_("This text contains hidden characters. Type it again"), code="characters")


def refuse_line_breaks(text: str) -> None:
    if "\n" in text or "\r" in text:
        raise ValidationError(_("Write this on one line"), code="line_break")


class Line(forms.CharField):
    """One line of text."""

    def __init__(self, *, max_length: int = 200, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.validators += [refuse_hidden_characters, refuse_line_breaks]


class Words(forms.CharField):
    """Several lines: a narrative, a reason, an answer."""

    def __init__(self, *, max_length: int = LONGEST_TEXT, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **kwargs)
        self.validators += [refuse_hidden_characters]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No `maxlength`: a browser would cut a long paste without a word; the server answers and keeps it."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class Moment(forms.DateTimeField):
    """A date and a time in the site's zone, by default later than now."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, *, in_future: bool = True, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", format_lazy(gettext_lazy("Time in {zone}"), zone=site_zone_name()))
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **kwargs)
        self.in_future = in_future

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(ZoneInfo(settings.SITE_TIME_ZONE)):
            try:
                return super().to_python(value)
            except OverflowError as error:
                raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def validate(self, value: datetime | None) -> None:
        super().validate(value)
        if value and self.in_future and value <= clock.now():
            raise ValidationError(_("Choose a time after now"), code="past")


class Day(forms.DateField):
    """A date in the site's zone: `later` than today, or (proof of something done) today at the latest."""

    widget = forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")

    def __init__(self, *, later: bool = True, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)
        self.later = later

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and self.later and value <= today():
            raise ValidationError(_("Choose a day after today"), code="past")
        if value and not self.later and value > today():
            raise ValidationError(_("Choose today or an earlier day"), code="future")


def _check_amount(amount: Decimal) -> None:
    """One sentence for everything an amount of money cannot be."""
    exponent = amount.as_tuple().exponent
    if not amount.is_finite() or amount <= 0 or amount >= 10**12 or (isinstance(exponent, int) and exponent < -2):
        raise ValidationError(_("Write an amount above zero, like 450000 or 12.50"), code="amount")


class Amount(forms.DecimalField):
    """Money: positive, two places at most."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, **kwargs)
        self.validators = [_check_amount]


def today() -> date:
    """The day it is in the site's zone, by the one clock."""
    return clock.now().astimezone(ZoneInfo(settings.SITE_TIME_ZONE)).date()


def site_zone_name() -> str:
    """WIB, WITA, MYT: how people there say it."""
    zones = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT", "Asia/Kuala_Lumpur": "MYT"}
    return zones.get(settings.SITE_TIME_ZONE, settings.SITE_TIME_ZONE)


def content_of(typed: QueryDict, files: MultiValueDict[str, UploadedFile], *, address: str) -> str:
    """SHA-256 of what was sent and where to, without key and version: the same content is the same submission,
    even where the form asks something else by now."""
    words = sorted((name, values) for name, values in typed.lists() if name not in NOT_TYPED)
    uploads = sorted((name, file.name or "", _digest(file)) for name in files for file in files.getlist(name))
    return hashlib.sha256(json.dumps([address, words, uploads]).encode()).hexdigest()


def _digest(file: UploadedFile) -> str:
    """SHA-256 of its bytes; afterwards it stands at its beginning for whoever reads it next."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


class DeskForm(forms.Form):
    """A form that can be sent twice and is carried out once.

    `submit_key` names the submission; `version` is the stream's seq when the
    page was rendered (empty where nothing can conflict).
    """

    submit_key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for name, field in self.fields.items():
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _("Fill this in: %(label)s") % {"label": field.label or name}
            if getattr(field, "empty_label", None) == "---------":
                field.empty_label = _("choose")  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial.setdefault("submit_key", uuid.uuid4())

    def say_again(self, **values: Any) -> None:
        """Show the form again with what was typed, but these values."""
        data = self.data.copy()  # type: ignore[attr-defined]
        for name, value in values.items():
            many = isinstance(value, list)
            data.setlist(self.add_prefix(name), value if many else ["" if value is None else value])
        self.data = data

    def out_of_date(self, version: int) -> None:
        """Sent without a version anybody knows: say so, keep what was typed, and put in the one that stands."""
        self.errors.pop("version", None)
        self.add_error(None, ValidationError(_("This page is out of date. Load it again"), code="out_of_date"))
        self.say_again(version=str(version))

    def _said(self, name: str) -> Any:
        field = self.fields[name]
        if isinstance(field, forms.FileField):
            upload = self.files.get(self.add_prefix(name))
            return [upload.name, upload.size] if upload else None
        return field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
