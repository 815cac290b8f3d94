"""The page of one handoff: the packet, what was written, and what this reader may do next."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from complaints.forms import handoffs as forms
from complaints.models import Approval, Handoff, User
from complaints.permissions import acts_as_owner, moves_open_to
from complaints.views import loading
from complaints.views.packet import about
from complaints.workflow import Move

WAITING_SHOWN = 5


@dataclass(frozen=True)
class Act:
    """A button: its words and where it leads."""

    words: str
    url: str


class HandoffPage(LoginRequiredMixin, View):
    """A member of the department reads the packet and chooses; the owner's side reads the answer and decides."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        handoff, user = loading.handoff(request, pk), loading.person(request)
        context = about(handoff, user)
        if context["is_officer"]:
            context |= _choices(handoff, user)
        moves = _moves(handoff, user)
        context["first_act"] = next((_move(each, handoff) for each in FIRST if each in moves), None)
        context["acts"] = [_move(each, handoff) for each in MORE if each in moves] + _words_and_files(handoff, user)
        context["waiver"] = _waiver(handoff) if context["is_case_worker"] else None
        return render(request, "complaints/handoff.html", context)


def _choices(handoff: Handoff, user: User) -> dict[str, Any]:
    """The three choices, each a form of its own, sent to its own address; and what else waits."""
    waiting = Handoff.objects.lying_with(user).select_related("complaint")
    context: dict[str, Any] = {"waiting": waiting[:WAITING_SHOWN], "waiting_count": waiting.count()}
    if not handoff.is_owed:
        return context
    return context | {
        "chooses": True,
        "accept": forms.AcceptHandoffForm(handoff=handoff, auto_id="accept_%s") if handoff.waits_for_a_yes else None,
        "answer": forms.AnswerHandoffForm(auto_id="answer_%s"),
        "may_return": not handoff.is_binding and handoff.state != Handoff.State.LAPSED,
        "give_back": forms.ReturnHandoffForm(auto_id="return_%s"),
    }


URL_OF = {
    Move.SETTLE: "complaints:handoff-settlement",
    Move.REDIRECT: "complaints:handoff-redirection",
    Move.ASSIGN: "complaints:handoff-assignment",
    Move.ASK_AGAIN: "complaints:handoff-question",
    Move.WITHDRAW: "complaints:handoff-withdrawal",
}
FIRST, MORE = (Move.SETTLE, Move.REDIRECT, Move.ASSIGN), (Move.ASK_AGAIN, Move.WITHDRAW)


def _moves(handoff: Handoff, user: User) -> set[Move]:
    """What the owner's side may do now; after a second return it is the supervisor's alone (moves.md)."""
    moves = moves_open_to(user, handoff)
    if handoff.returns < 2:
        return moves - {Move.ASSIGN}
    if handoff.state == Handoff.State.RETURNED and Move.ASSIGN not in moves:
        moves -= {Move.WITHDRAW}
    return moves - {Move.REDIRECT}


def _words_and_files(handoff: Handoff, user: User) -> list[Act]:
    acts = []
    if handoff.is_owed and acts_as_owner(user, handoff.complaint):
        acts.append(_act(_("Remind them"), "complaints:handoff-chase", handoff))
    if handoff.is_with_department:
        acts.append(_act(_("Write a message"), "complaints:handoff-message", handoff))
        acts.append(_act(_("Attach a file"), "complaints:handoff-file-new", handoff))
    return acts


def _waiver(handoff: Handoff) -> Act | None:
    """An answer that came late holds the gate until a second person waives it (product.md section 6 (5))."""
    if handoff.state != Handoff.State.SETTLED or not handoff.was_late:
        return None
    asked = handoff.approvals.filter(kind=Approval.Kind.LATENESS, state__in=["asked", "approved"]).first()
    if asked:
        return Act(str(asked.get_state_display()), asked.get_absolute_url())
    return _act(_("Ask a supervisor to waive it"), "complaints:waiver-new", handoff)


def _move(move: Move, handoff: Handoff) -> Act:
    return _act(str(move.label), URL_OF[move], handoff)


def _act(words: str, url_name: str, handoff: Handoff) -> Act:
    return Act(words, reverse(url_name, args=[handoff.pk]))
