"""`/s/` without a link: it never shows a complaint. If what was typed matches one, a fresh link is mailed; the answer
is the same whether it did or not (product.md section 7)."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.actions.status_link import mail_status_link
from complaints.forms.by_link import FindForm
from complaints.limits import client_address, too_many
from complaints.models import Complaint
from complaints.search import phone_ends, references
from complaints.views.by_link import PRESSED, PublicView

FEWEST_DIGITS = 6
PER_ADDRESS, PER_REFERENCE, STRETCH = 20, 6, 3600  # tries, tries, seconds


class FindLink(PublicView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(FindForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FindForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        if PRESSED not in request.POST:
            return self._page(form, status=422, problems=[_("Press the button to send it")])
        again_at = self._too_many(request, form.cleaned_data["reference"])
        if again_at:
            return self.show("429_public.html", {"again_at": again_at}, status=429)
        complaint = complaint_of(form.cleaned_data["reference"], form.cleaned_data["reach"])
        if complaint is not None:
            mail_status_link(complaint)
        return self.show("by_link/find_done.html", {})

    def _too_many(self, request: HttpRequest, reference: str) -> Any:
        """Counted before anybody looks whether the complaint exists, so that being stopped tells nothing."""
        named = (references(reference) or [reference.upper()])[0]
        from_here = too_many("find", client_address(request), most=PER_ADDRESS, seconds=STRETCH)
        return from_here or too_many("find-reference", named, most=PER_REFERENCE, seconds=STRETCH)

    def _page(self, form: FindForm, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {"form": form, "find_url": reverse("complaints:find-link"), **more}
        return self.show("by_link/find.html", context, status=status)


def complaint_of(reference: str, reach: str) -> Complaint | None:
    """The complaint with this number whose customer has this e-mail, or a phone that ends in these six digits or more.

    One and the same query, whether there is such a complaint or not.
    """
    theirs = Q(customer__emails__address=reach.lower())
    for end in phone_ends(reach):
        if len(end) >= FEWEST_DIGITS:
            theirs |= Q(customer__phones__reversed_digits__startswith=end[::-1])
    return Complaint.objects.filter(theirs, reference__in=references(reference) or [""]).first()
