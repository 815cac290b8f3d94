"""What is typed while the complaint is read back: the agreed words, and the promise."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from complaints.forms.base import DeskForm, Line, Moment, Words
from complaints.models import Complaint


class ReadBackForm(DeskForm):
    """The agreed summary, and what happens next.

    `nobody` and `by_letter` come from buttons of their own. With the first there
    is no way to reach this customer, so the summary is kept without a yes; with
    the second they are not on the phone, and it is mailed to be corrected.
    """

    what_happened = Words(
        label=gettext_lazy("What happened"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "voice"}),
        error_messages={"required": gettext_lazy("Write what happened")},
    )
    why_it_matters = Words(
        label=gettext_lazy("Why it matters"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "voice"}),
    )
    what_is_wanted = Words(
        label=gettext_lazy("What is wanted"),
        widget=forms.Textarea(attrs={"rows": 2, "class": "voice"}),
        error_messages={"required": gettext_lazy("Write what the customer wants")},
    )
    promised = Line(label=gettext_lazy("What we promise"), max_length=300, required=False)
    promised_by = Moment(label=gettext_lazy("By when"), required=False)
    nobody = forms.BooleanField(required=False)
    by_letter = forms.BooleanField(required=False)
    mailed = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.complaint = complaint
        self.may_write = bool(complaint.customer.letter_address)
        language = get_language_info(complaint.customer.language)["name_translated"]
        self.fields["mailed"].label = _("Send it by e-mail in %(language)s too") % {"language": language}
        asks = complaint.status == Complaint.Status.RECEIVED and not (self.is_bound and self._said("nobody"))
        self.fields["promised"].required = self.fields["promised_by"].required = asks
        self.fields["promised"].error_messages["required"] = _("Say what happens next")
        self.fields["promised_by"].error_messages["required"] = _("Say by when")

    def clean_nobody(self) -> bool:
        nobody: bool = self.cleaned_data["nobody"]
        if nobody and self.complaint.customer.channels:
            raise ValidationError(_("This customer can be reached: read it back first"), code="reachable")
        return nobody

    def clean_by_letter(self) -> bool:
        by_letter: bool = self.cleaned_data["by_letter"]
        if by_letter and not self.may_write:
            raise ValidationError(_("No e-mail address is known that may be written to"), code="no_address")
        return by_letter

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        said["mailed"] = self.may_write and said.get("mailed", False)
        if said.get("nobody"):
            return {**said, "promised": "", "promised_by": None, "mailed": False}
        if said.get("promised") and not said.get("promised_by") and "promised_by" not in self.errors:
            self.add_error("promised_by", _("Say by when"))
        if said.get("promised_by") and not said.get("promised") and "promised" not in self.errors:
            self.add_error("promised", _("Say what happens next"))
        return said
