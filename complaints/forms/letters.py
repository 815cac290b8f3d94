"""What is typed to write a letter, to stop one, to send it again, and to say what became of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actions.letters import CorrectionFacts
from complaints.actions.requests import RequestFacts
from complaints.forms.base import DeskForm, Line, Moment, Words
from complaints.models import Contact

IN_THEIR_LANGUAGE = gettext_lazy("In the customer’s language. Greeting, signature and links are added.")


class LetterForm(DeskForm):
    """A letter in one's own words."""

    words = Words(
        label=gettext_lazy("The letter"),
        rows=8,
        help_text=IN_THEIR_LANGUAGE,
        error_messages={"required": gettext_lazy("Write the letter")},
    )
    reply = forms.ChoiceField(
        label=gettext_lazy("What it tells the customer"),
        choices=[
            (Contact.Reply.SUBSTANTIVE, gettext_lazy("something new: who, what, by when")),
            (Contact.Reply.HOLDING, gettext_lazy("nothing new yet: a holding reply")),
            (Contact.Reply.UNCLASSIFIED, gettext_lazy("neither, such as thanks")),
        ],
        initial=Contact.Reply.SUBSTANTIVE,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what it tells the customer")},
    )


class RequestForm(DeskForm):
    """What we need from the customer, and by when; one reminder, if wanted."""

    item = Line(
        label=gettext_lazy("What we need, in a few words"),
        max_length=120,
        help_text=gettext_lazy("As in “your receipt”: it stands in the subject, in the customer’s language."),
        error_messages={"required": gettext_lazy("Write what we need, in a few words")},
    )
    items = Words(
        label=gettext_lazy("What exactly"),
        help_text=gettext_lazy("In the customer’s language."),
        error_messages={"required": gettext_lazy("Write what exactly we need")},
    )
    why = Words(label=gettext_lazy("What it is for"), rows=2, required=False)
    answer_by = Moment(
        label=gettext_lazy("By when"), error_messages={"required": gettext_lazy("Choose by when we need it")}
    )
    remind_on = Moment(
        label=gettext_lazy("Remind the customer on"),
        required=False,
        help_text=gettext_lazy("Once, by letter, unless something has come by then."),
    )

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        by, on = typed.get("answer_by"), typed.get("remind_on")
        if by and on and on >= by:
            self.add_error("remind_on", _("Choose a time before the date"))
        return typed

    def facts(self) -> RequestFacts:
        names = ("item", "items", "why", "answer_by", "remind_on")
        return RequestFacts(**{name: self.cleaned_data[name] for name in names})


class CorrectionForm(DeskForm):
    """What we had told wrongly, set right."""

    was_told = Words(
        label=gettext_lazy("What we had told"), rows=2, error_messages={"required": gettext_lazy("Write what we told")}
    )
    correct = Words(
        label=gettext_lazy("What is correct"),
        rows=2,
        help_text=gettext_lazy("In the customer’s language."),
        error_messages={"required": gettext_lazy("Write what is correct")},
    )
    meaning = Words(label=gettext_lazy("What that means for the customer"), rows=2, required=False)

    def facts(self) -> CorrectionFacts:
        return CorrectionFacts(**{name: self.cleaned_data[name] for name in ("was_told", "correct", "meaning")})


class CancelForm(DeskForm):
    reason = Line(
        label=gettext_lazy("Why it should not go"),
        max_length=300,
        error_messages={"required": gettext_lazy("Write why it should not go")},
    )


class ResendForm(DeskForm):
    reason = Line(
        label=gettext_lazy("Why it should go again"),
        max_length=300,
        error_messages={"required": gettext_lazy("Write why it should go again")},
    )


class BounceForm(DeskForm):
    reason = Line(
        label=gettext_lazy("How you know"),
        max_length=300,
        help_text=gettext_lazy("What the returned mail says, such as: mailbox full. No address, no name."),
        error_messages={"required": gettext_lazy("Write how you know that it came back")},
    )


class HoldForm(DeskForm):
    reason = Line(
        label=gettext_lazy("Why no letter should leave"),
        max_length=300,
        error_messages={"required": gettext_lazy("Write why no letter should leave")},
    )


class DoneForm(DeskForm):
    words = Words(
        label=gettext_lazy("What you did"),
        help_text=gettext_lazy("How the customer heard it, or why they need not."),
        error_messages={"required": gettext_lazy("Write what you did")},
    )
