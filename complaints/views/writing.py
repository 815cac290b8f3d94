"""The shape of every page on which somebody writes a letter: first seen as it would go out, stored when it is sent."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from complaints.emails.rendering import Written
from complaints.models import Complaint
from complaints.views.acting import ActionView
from complaints.views.letter_rows import Reading, masked, reading

PREVIEW = "preview"
"""The name of the button that shows the letter and keeps nothing."""


class WritingView(ActionView):
    """Subclasses also write `written`: the letter of what was typed, by the same renderer as the one that is sent."""

    complaint: Complaint
    preview: Reading | None = None

    def written(self, form: Any) -> Written:
        raise NotImplementedError

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if PREVIEW not in request.POST:
            return super().post(request, **kwargs)
        form = self.form_class(request.POST, request.FILES, **self.form_kwargs())
        if not form.is_valid():
            return self.show(form, status=422)
        self.preview = reading(self.written(form), self.complaint.customer.language)
        return self.show(form)

    def context(self) -> dict[str, Any]:
        address = self.complaint.customer.letter_address
        return {"preview": self.preview, "writes_to": masked(address), "customer": self.complaint.customer}

    def undo_words(self) -> str:
        words = _("Written. It goes out in %(n)s seconds, unless you undo it")
        return words % {"n": settings.UNDO_SECONDS}
