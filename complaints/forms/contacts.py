"""What is typed about a contact, a note, an addition and the final reply."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actions.contact import ContactFacts
from complaints.emails.rendering import LEFT_OUT
from complaints.forms.base import DeskForm, Line, Moment, Words
from complaints.models import Channel, Complaint, Contact, Issue, Language
from complaints.wording import shortened

CHANNELS = [choice for choice in Channel.choices if choice[0] != Channel.IMPORT]
SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
BY_LETTER = gettext_lazy("e-mail: it goes out from here as a letter")
IN, OUT = Contact.Direction.INBOUND, Contact.Direction.OUTBOUND


class ContactForm(DeskForm):
    """One contact, either way. What belongs to the other direction is not asked and not kept."""

    direction = forms.ChoiceField(
        label=gettext_lazy("Who got in touch?"),
        choices=[(IN, gettext_lazy("The customer, with us")), (OUT, gettext_lazy("We, with the customer"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who got in touch")},
    )
    emotion = forms.TypedChoiceField(
        label=gettext_lazy("How the customer felt"),
        choices=Contact.Emotion.choices,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect(attrs={"data-chips": True}),
    )
    answers_us = forms.BooleanField(
        label=gettext_lazy("It answers a question or an offer of ours"),
        required=False,
        help_text=gettext_lazy("Then it does not count as one more call."),
    )
    reached = forms.ChoiceField(
        label=gettext_lazy("Did it reach the customer?"),
        choices=[("yes", gettext_lazy("reached")), ("no", gettext_lazy("only tried"))],
        widget=forms.RadioSelect(attrs={"data-chips": True}),
        error_messages={"required": gettext_lazy("Choose whether it reached the customer")},
    )
    reply = forms.ChoiceField(
        label=gettext_lazy("What it told the customer"),
        choices=[
            (Contact.Reply.SUBSTANTIVE, gettext_lazy("something new: who, what, by when")),
            (Contact.Reply.HOLDING, gettext_lazy("nothing new yet: a holding reply")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what it told the customer")},
    )
    channel = forms.ChoiceField(label=gettext_lazy("How"), choices=CHANNELS)
    language = forms.ChoiceField(label=gettext_lazy("In which language"), choices=Language.choices)
    words = Words(
        label=gettext_lazy("What was said"),
        rows=5,
        error_messages={"required": gettext_lazy("Write what was said")},
    )
    promised = Line(label=gettext_lazy("What we promise"), max_length=300, required=False)
    promised_by = Moment(label=gettext_lazy("By when"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """What is asked depends on the direction, and of a try only that it was one."""
        super().__init__(*args, **kwargs)
        if self.is_bound:
            ours = self._said("direction") == OUT
            tried = ours and self._said("reached") == "no"
            self.fields["reached"].required = ours
            self.fields["reply"].required = ours and not tried
            self.fields["words"].required = not tried

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        self._ask_both(typed)
        return typed

    def facts(self) -> ContactFacts:
        typed = self.cleaned_data
        ours = typed["direction"] == OUT
        return ContactFacts(
            direction=typed["direction"],
            channel=typed["channel"],
            language=typed["language"],
            words=typed["words"],
            emotion=None if ours else typed["emotion"],
            reached=typed["reached"] != "no" if ours else True,
            reply=typed["reply"] if ours else "",
            answers_us=typed["answers_us"] and not ours,
            promised=typed["promised"],
            promised_by=typed["promised_by"],
        )

    def _ask_both(self, typed: dict[str, Any]) -> None:
        """A promise is words and a moment (4.24)."""
        if "promised" in self.errors or "promised_by" in self.errors:
            return
        if typed.get("promised") and not typed.get("promised_by"):
            self.add_error("promised_by", _("Choose by when"))
        if typed.get("promised_by") and not typed.get("promised"):
            self.add_error("promised", _("Write what we promise"))


class NoteForm(DeskForm):
    words = Words(label=gettext_lazy("Note"), rows=5, error_messages={"required": gettext_lazy("Write the note")})


class AdditionForm(DeskForm):
    words = Words(
        label=gettext_lazy("What the customer adds"),
        rows=5,
        help_text=gettext_lazy("In the customer’s words. What was said before stays as it is."),
        error_messages={"required": gettext_lazy("Write what the customer adds")},
    )


class FinalReplyForm(DeskForm):
    """One answer for each issue, and a correction where we had told something wrong (product.md section 6 (7))."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How it reaches the customer"),
        choices=[(name, BY_LETTER if name == Channel.EMAIL else label) for name, label in CHANNELS],
    )
    language = forms.ChoiceField(label=gettext_lazy("In which language"), choices=Language.choices)
    closing_words = Words(
        label=gettext_lazy("Anything else"),
        required=False,
        help_text=gettext_lazy("Thanks, and where to turn if it is not really solved."),
    )

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer_language = complaint.customer.language
        self.issues = {f"answer_{issue.pk}": issue for issue in complaint.issues.all()}
        asked: dict[str, forms.Field] = {name: self._answer_to(issue) for name, issue in self.issues.items()}
        if complaint.told_something_wrong:
            asked["correction"] = Words(
                label=gettext_lazy("Correction"),
                help_text=gettext_lazy("What we had told wrongly, and what is correct."),
                error_messages={"required": gettext_lazy("Correct what we had told wrongly")},
            )
        self.fields = {**asked, **self.fields}

    def clean_language(self) -> str:
        language: str = self.cleaned_data["language"]
        if language != self.customer_language:
            reads = dict(Language.choices)[self.customer_language]
            raise ValidationError(_("The customer reads %(language)s: write it in that language") % {"language": reads})
        return language

    def clean(self) -> dict[str, Any]:
        """An answer begins with the block of its verdict: what that leaves open must not leave the building."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if typed.get("channel") == Channel.EMAIL:
            for name in [*self.issues, "correction", "closing_words"]:
                unfinished = next((each for each in SENTENCE_END.split(typed.get(name, "")) if LEFT_OUT in each), "")
                if unfinished:
                    self.add_error(name, _("Finish the sentence: %(words)s") % {"words": shortened(unfinished, 120)})
        return typed

    def facts(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {
            "channel": typed["channel"],
            "language": typed["language"],
            "answers": {issue: typed[name] for name, issue in self.issues.items()},
            "correction": typed.get("correction", ""),
            "closing_words": typed["closing_words"],
        }

    def _answer_to(self, issue: Issue) -> Words:
        return Words(
            label=_("Answer to: %(issue)s") % {"issue": issue},
            error_messages={"required": _("Answer: %(issue)s") % {"issue": issue}},
        )
