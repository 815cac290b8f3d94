"""What goes out: every letter by its state, the switch that holds all of them, and the inbox where no mail leaves."""

import re
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views import View

from complaints import clock
from complaints.actions.moves import NotYours, refuse
from complaints.actions.outbox import check_switcher, hold_mail, release_mail
from complaints.delivery import outbox
from complaints.delivery.files import Delivered, read
from complaints.forms.base import DeskForm
from complaints.forms.letters import HoldForm
from complaints.models import MailHold, Message
from complaints.permissions import sees_board, sees_queue
from complaints.views import loading, paging
from complaints.views.acting import ActionView, Location
from complaints.views.letter_rows import WAITING, row, rows
from complaints.workflow import Who

ON_A_PAGE = 50
State = Message.State
STATES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "waiting": (_("Waiting"), WAITING),
    "failed": (_("Could not be sent"), (State.FAILED,)),
    "unknown": (_("Not known whether it arrived"), (State.UNKNOWN,)),
    "bounced": (_("Came back"), (State.BOUNCED,)),
    "expired": (_("Too late"), (State.EXPIRED,)),
    "cancelled": (_("Cancelled"), (State.CANCELLED,)),
    "sent": (_("Sent"), (State.SENT,)),
}
DELIVERED = (State.SENT, State.UNKNOWN, State.BOUNCED)
ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups"
"""A letter is somebody's words: on its page nothing is fetched, run or sent."""


class Outbox(LoginRequiredMixin, View):
    """Every letter this person may see, newest first, one state at a time."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user = loading.person(request)
        if not sees_queue(user):
            raise NotYours(Who.AGENT)
        chosen = request.GET.get("state", "")
        chosen = chosen if chosen in STATES else "waiting"
        visible = Message.objects.visible_to(user)
        counts = paging.counted({name: visible.filter(state__in=states) for name, (_label, states) in STATES.items()})
        letters = loading.letters(request).filter(state__in=STATES[chosen][1]).defer("text")
        before = request.GET.get("before", "")
        page = list(paging.older(letters, before)[: ON_A_PAGE + 1])
        context = {
            "rows": rows(page[:ON_A_PAGE], clock.now()),
            "older": page[ON_A_PAGE - 1].pk if len(page) > ON_A_PAGE else None,
            "is_older": bool(before),
            "views": [(name, label, counts[name]) for name, (label, _states) in STATES.items()],
            "chosen": chosen,
            "chosen_label": STATES[chosen][0],
            "waiting": counts["waiting"],
            "hold": MailHold.objects.select_related("by").first(),
            "may_hold": sees_board(user),
            "stays_here": not settings.EMAIL_URL,
        }
        return render(request, "complaints/outbox.html", context)


class _Switch(ActionView):
    """The whole outbox at once: for supervisors and managers."""

    template_name = "complaints/outbox_switch.html"

    is_for_held: ClassVar[bool]

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        check_switcher(self.person)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if MailHold.objects.exists() != self.is_for_held:
            words = _("No mail is held") if self.is_for_held else _("All mail is held already")
            raise refuse(self.title, "as_it_is", str(words))
        return super().get(request, **kwargs)

    def context(self) -> dict[str, Any]:
        waiting = Message.objects.visible_to(self.person).filter(state__in=WAITING)
        return {"hold": MailHold.objects.select_related("by").first(), "waiting": waiting.count()}


class MailHoldPage(_Switch):
    form_class = HoldForm
    title = _("Hold all mail")
    is_for_held = False
    done = _("All mail is held: no letter leaves")

    def perform(self, form: HoldForm) -> Location:
        hold_mail(by=self.person, reason=form.cleaned_data["reason"])
        return "complaints:outbox"


class MailReleasePage(_Switch):
    form_class = DeskForm
    title = _("Let letters go out again")
    is_for_held = True
    done = _("Letters go out again")

    def perform(self, form: DeskForm) -> Location:
        release_mail(by=self.person)
        return "complaints:outbox"


# -- without a mail server ---------------------------------------------------------------
class DeliveredLetters(LoginRequiredMixin, View):
    """What would have been in somebody's mailbox: those of the delivered letters this person may see."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if settings.EMAIL_URL:
            return render(request, "complaints/delivered.html", {"leaves": True})
        letters = loading.letters(request).filter(state__in=DELIVERED).defer("text")
        newest = letters.order_by(F("sent_at").desc(nulls_first=True), "-pk")
        page = Paginator(newest, ON_A_PAGE).get_page(request.GET.get("page"))
        return render(request, "complaints/delivered.html", {"page": page, "rows": rows(page, clock.now())})


class DeliveredLetter(LoginRequiredMixin, View):
    """One of them, with its links, as it lies in the folder."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        letter, copies = _opened(request, uid)
        last = copies[0] if copies else None
        context = {
            "letter": letter,
            "row": row(letter, clock.now()),
            "last": last,
            "copies": len(copies),
            "paragraphs": [_with_links(each) for each in last.text.strip().split("\n\n")] if last else [],
        }
        return render(request, "complaints/delivered_letter.html", context)


class DeliveredHtml(LoginRequiredMixin, View):
    """Its other half, as a mail program shows it: in a page of its own that can do nothing."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        _letter, copies = _opened(request, uid)
        if not copies:
            raise Http404
        return HttpResponse(copies[0].html, headers={"Content-Security-Policy": ALONE})


def _opened(request: HttpRequest, uid: uuid.UUID) -> tuple[Message, list[Delivered]]:
    if settings.EMAIL_URL:
        raise Http404
    letter = get_object_or_404(loading.letters(request), uid=uid)
    return letter, read(outbox(), str(letter.uid))


def _with_links(paragraph: str) -> list[tuple[str, bool]]:
    """Words and links of ours in turns; every other address stays words."""
    ours = re.compile(rf"({re.escape(settings.SITE_URL)}/\S*[\w/=])")
    return [(piece, bool(ours.fullmatch(piece))) for piece in ours.split(paragraph) if piece]
