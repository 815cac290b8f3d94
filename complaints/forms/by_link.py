"""What people fill in behind a link: nothing is chosen for them, and nothing they typed is lost."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actions.verification import CheckedFile
from complaints.forms.base import Line, Words
from complaints.forms.files import ACCEPT, CheckedFileField, capitals, checked
from complaints.models import Handoff, HandoffEntry

MOST_FILES = 5


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class CheckedFilesField(CheckedFileField):
    """Gives a list of CheckedFile, or a sentence on the first that cannot be taken."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Pictures or documents"))
        kwargs.setdefault("widget", SeveralFiles(attrs={"accept": ACCEPT}))
        kwargs.setdefault("help_text", gettext_lazy("Up to 5 files: pictures, PDF, sound, film or plain text"))
        super().__init__(required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[CheckedFile]:
        uploads: list[UploadedFile] = list(data) if isinstance(data, list | tuple) else [data] if data else []
        if len(uploads) > MOST_FILES:
            raise ValidationError(_("Send at most %(n)d files at a time") % {"n": MOST_FILES}, code="files")
        return [checked(forms.FileField.clean(self, upload, initial)) for upload in uploads]


class LinkForm(forms.Form):
    """A form of a page behind a link. Its `submit_key` is the page's (views/by_link.py)."""

    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        """A browser does not send a file twice: when something else is wrong, it is said."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors and "attachments" in self.fields and "attachments" not in self.errors and self.files:
            self.add_error("attachments", _("Choose the files again: the page could not keep them"))
        return cleaned

    def missing(self, name: str, words: str) -> None:
        """It is needed and not there; unless something else is wrong with it."""
        if name not in self.errors:
            self.add_error(name, words)


class SayForm(LinkForm):
    """Words, files, or both."""

    words = Words(label=gettext_lazy("In your own words"), rows=6, required=False)
    attachments = CheckedFilesField()

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if "attachments" not in self.errors and not said.get("words", "").strip() and not said.get("attachments"):
            self.missing("words", _("Write what you want to say, or choose a file"))
        return super().clean()


class CorrectionForm(LinkForm):
    """What is wrong has to be said in words; a file may show it."""

    words = Words(
        label=gettext_lazy("What is wrong or missing?"),
        rows=6,
        error_messages={"required": gettext_lazy("Write what is wrong or missing")},
    )
    attachments = CheckedFilesField()


class ReopenForm(LinkForm):
    """The customer's own act: a tick, or words."""

    sure = forms.BooleanField(label=gettext_lazy("My complaint is not solved. Open it again"), required=False)
    words = Words(label=gettext_lazy("What is not solved?"), rows=4, required=False)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if not said.get("sure") and not said.get("words", "").strip() and "words" not in self.errors:
            self.missing("sure", _("Tick that it is not solved, or write what is missing"))
        return super().clean()


class OfferAnswerForm(LinkForm):
    """`offer` is the one the customer read: another that came since is not meant."""

    offer = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[("accept", gettext_lazy("Accept")), ("refuse", gettext_lazy("Refuse"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose whether you accept or refuse"),
            "invalid_choice": gettext_lazy("Choose whether you accept or refuse"),
        },
    )
    words = Words(label=gettext_lazy("What would be better for you?"), rows=3, required=False)

    def clean(self) -> dict[str, Any]:
        """A number the page has not put there names no offer."""
        if self.errors.pop("offer", None):
            self.cleaned_data["offer"] = 0
        return super().clean()

    @property
    def accepts(self) -> bool:
        return bool(self.cleaned_data["answer"] == "accept")


class OfferWantedForm(LinkForm):
    sure = forms.BooleanField(
        label=gettext_lazy("I still want this offer"),
        error_messages={"required": gettext_lazy("Tick that you still want the offer")},
    )


class LettersForm(LinkForm):
    """Whether letters about complaints may come by e-mail."""

    letters = forms.ChoiceField(
        label=gettext_lazy("Letters by e-mail"),
        choices=[("no", gettext_lazy("Send me no more")), ("yes", gettext_lazy("Send them to me"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose whether we may write to you"),
            "invalid_choice": gettext_lazy("Choose whether we may write to you"),
        },
    )


class FindForm(LinkForm):
    reference = Line(
        label=gettext_lazy("Complaint number"),
        max_length=40,
        help_text=gettext_lazy("For example C26-000388"),
        error_messages={"required": gettext_lazy("Write the complaint number")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reach = Line(
        label=gettext_lazy("Your phone number or e-mail"),
        max_length=254,
        error_messages={"required": gettext_lazy("Write your phone number or e-mail")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class OutsideForm(LinkForm):
    """What an outside party does with what was handed to it: one choice, and what belongs to it."""

    act = forms.ChoiceField(
        label=gettext_lazy("What will you do?"),
        choices=[
            ("answer", gettext_lazy("Answer now")),
            ("accept", gettext_lazy("Accept it, and answer later")),
            ("return", gettext_lazy("Return it, with a reason")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose what you will do"),
            "invalid_choice": gettext_lazy("Choose what you will do"),
        },
    )
    words = Words(
        label=gettext_lazy("Your answer"),
        rows=5,
        help_text=gettext_lazy("In order, with times. Facts, not who is to blame."),
        error_messages={"required": gettext_lazy("Write your answer")},
    )
    cause_is_ours = forms.ChoiceField(
        label=gettext_lazy("Was the cause on your side?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")), ("unsure", gettext_lazy("Not sure"))],
        required=False,
        widget=forms.RadioSelect(attrs={"data-chips": ""}),
    )
    attachments = CheckedFilesField()
    why = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=capitals(HandoffEntry.WhyReturned.choices),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose why"), "invalid_choice": gettext_lazy("Choose why")},
    )
    reason = Words(
        label=gettext_lazy("In a sentence"),
        rows=2,
        error_messages={"required": gettext_lazy("Write whose it is, or what is missing")},
    )

    def __init__(self, *args: Any, handoff: Handoff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gone = {
            "accept": not handoff.waits_for_a_yes,
            "return": handoff.is_binding or handoff.state == Handoff.State.LAPSED,
        }
        field = self.fields["act"]
        field.choices = [choice for choice in field.choices if not gone.get(choice[0])]  # type: ignore[attr-defined]
        if self.is_bound:  # what belongs to another choice is not asked for
            chosen = self.data.get("act")
            self.fields["words"].required = chosen == "answer"
            self.fields["why"].required = self.fields["reason"].required = chosen == "return"
