"""The shape of every page a link in a letter opens: for customers and outside parties, without signing in.

The secret in the address is the only credential (so there is no CSRF cookie, and the page works where cookies are
refused). Opening a page changes nothing: scanners open all of them. What is recorded is a POST that carries the
person's own choice and the button they pressed; a form sent by a machine without its button is shown again. Whoever
is signed in as staff sees the page and cannot act on it.
"""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from complaints import clock
from complaints.actions.access import find, leads_to
from complaints.forms.base import content_of
from complaints.forms.by_link import FindForm
from complaints.limits import client_address, too_many
from complaints.models import AccessLink, Complaint, Submission, User
from complaints.wording import every_day, known_language

PER_LINK, PER_ADDRESS, STRETCH = 30, 60, 600  # POSTs, POSTs, seconds
PRESSED = "send"
"""The name of every button on these pages: a POST without it was not pressed by anybody."""


class PublicView(View):
    """A page for people who do not sign in: kept out of caches and search engines, in the language they choose."""

    language: str
    zone: ZoneInfo

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., Any]:
        """Without the CSRF check, for every subclass: a mark on `dispatch` would end where a subclass has its own."""
        return csrf_exempt(super().as_view(**initkwargs))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.zone = ZoneInfo(settings.SITE_TIME_ZONE)
        self.language = known_language(request.GET.get("lang") or translation.get_language())
        return self.answer(request, *args, **kwargs)

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, in `language` and `zone`, with the headers every such page has."""
        request.LANGUAGE_CODE = self.language
        with translation.override(self.language), timezone.override(self.zone):
            stopped = self.limited(request) if request.method == "POST" else None
            response: Any = stopped or View.dispatch(self, request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Content-Language"] = self.language
        return response

    def limited(self, request: HttpRequest) -> HttpResponse | None:
        """429 with the time from which it works again; None while it does. Fails open."""
        again_at = too_many("public", client_address(request), most=PER_ADDRESS, seconds=STRETCH)
        if again_at is None:
            return None
        return self.show("429_public.html", {"again_at": again_at}, status=429)

    def show(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        return render(self.request, template, {**self.frame(), **context}, status=status)

    def frame(self) -> dict[str, Any]:
        """What every public page shows around its own content."""
        return {
            "phone": settings.SUPPORT_PHONE,
            "phone_hours": every_day(settings.SUPPORT_HOURS, language=self.language),
            "languages": [(code, self._in(code)) for code in dict(settings.LANGUAGES)],
            "pressed": PRESSED,
            "submit_key": uuid.uuid4(),
        }

    def _in(self, code: str) -> str:
        query = self.request.GET.copy()
        query["lang"] = code
        return f"?{query.urlencode()}"


class LinkView(PublicView):
    """A page behind a link. Subclasses set `purpose` and write `get` and `post` as they need; `link`,
    `complaint` (where the link leads today) and `now` (the one clock, read once) are there."""

    purpose: ClassVar[str]
    staff_words: ClassVar[Any] = gettext_lazy("You are signed in as staff. Only the customer can answer.")

    link: AccessLink
    complaint: Complaint
    token: str
    now: datetime

    def dispatch(self, request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        self.now = clock.now()
        link = self.seek(token)
        if link is None:
            return dead_link(request)
        self.token, self.link, self.complaint = token, link, leads_to(link)
        language, self.zone = self.reads_in()
        self.language = known_language(request.GET.get("lang") or language)
        return self.answer(request, **kwargs)

    def seek(self, token: str) -> AccessLink | None:
        """The link behind the secret, while it opens this page."""
        return find(token, self.purpose, at=self.now)

    def voice(self) -> User:
        """Who acts: the one user that speaks for whoever holds such a link."""
        return User.objects.customer()

    def reads_in(self) -> tuple[str, ZoneInfo]:
        """The reader's language, until they choose another, and their zone."""
        return self.complaint.customer.language, self.complaint.customer.zone

    def limited(self, request: HttpRequest) -> HttpResponse | None:
        again_at = too_many("link", str(self.link.pk), most=PER_LINK, seconds=STRETCH)
        if again_at:
            return self.show("429_public.html", {"again_at": again_at}, status=429)
        if self.is_staff:
            return self.show("by_link/staff.html", {"here": self.request.path + self._language_kept()}, status=403)
        return super().limited(request)

    @property
    def is_staff(self) -> bool:
        """A browser signed in to the desk: it sees the page, and cannot answer in the customer's place."""
        return self.request.user.is_authenticated

    @property
    def was_pressed(self) -> bool:
        return PRESSED in self.request.POST

    def frame(self) -> dict[str, Any]:
        return {
            **super().frame(),
            "complaint": self.complaint,
            "reference": self.complaint.reference,
            "is_staff": self.is_staff,
            "staff_words": self.staff_words,
            "token": self.token,
        }

    def place(self, name: str, **query: str) -> str:
        """Another page behind the same link, in the language that was chosen."""
        address = reverse(name, args=[self.token]) + self._language_kept()
        more = urlencode(query)
        return f"{address}{'&' if '?' in address else '?'}{more}" if more else address

    def once(self, act: Callable[[], Any]) -> bool:
        """Carry `act` out, unless this form was sent before; whether it was carried out now. A form without its key
        has not come from our page."""
        key = self.key_sent
        if key is None:
            return False
        content = self.content_on(self.link)
        try:
            with transaction.atomic():
                Submission.objects.create(key=key, user=self.voice(), content=content, at=clock.now())
                act()
        except IntegrityError:
            if Submission.objects.filter(key=key).exists():
                return False
            raise
        return True

    @property
    def was_sent_before(self) -> bool:
        """This very form was carried out already: the same answer again."""
        sent = Submission.objects.filter(key=self.key_sent) if self.key_sent else Submission.objects.none()
        return sent.filter(content=self.content_on(self.link)).exists()

    @property
    def key_sent(self) -> uuid.UUID | None:
        """The key this form was rendered with."""
        try:
            return uuid.UUID(self.request.POST.get("submit_key", ""))
        except ValueError:
            return None

    def content_on(self, link: AccessLink) -> str:
        """What was sent, as its `Submission` keeps it. On another link it is another form."""
        place = self.request.resolver_match
        assert place
        return content_of(self.request.POST, self.request.FILES, address=f"{place.view_name}:{link.pk}")

    def _language_kept(self) -> str:
        chosen = self.request.GET.get("lang")
        return f"?lang={known_language(chosen)}" if chosen else ""


class DeadLink(PublicView):
    """A link that opens nothing: wrong, unknown, ended or taken back, in the same words, and the way to a new one."""

    def get(self, request: HttpRequest, **address: str) -> HttpResponse:
        context = {"form": FindForm(), "find_url": reverse("complaints:find-link")}
        return self.show("by_link/dead.html", context, status=404)

    post = get


def dead_link(request: HttpRequest) -> HttpResponse:
    """What a page answers that turns out to have nothing behind it."""
    response: Any = DeadLink.as_view()(request)
    return response
