"""The customer's own page (product.md section 7): lateness first, what happens next and when, how far it is."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from complaints.actions.access import Purpose
from complaints.emails.to_customer import package
from complaints.models import Complaint, Contact, Offer
from complaints.views import status_lines as lines
from complaints.views.by_link import LinkView
from complaints.wording import when_long
from complaints.workflow import OfferState, Outcome, PromiseState, Status

PLACES = ("correction", "addition", "offer", "reopening", "letters")


class StatusLink(LinkView):
    """A page behind the status link; `reference` is that of the complaint it leads to today."""

    purpose = Purpose.STATUS

    def frame(self) -> dict[str, Any]:
        places = {name: self.place(f"complaints:status-{name}") for name in PLACES}
        agent = self.complaint.owner.first_name
        return {**super().frame(), "agent": agent, "places": places, "back_url": self.place("complaints:status")}

    def back(self, done: str) -> HttpResponse:
        """To the page, with the sentence of what was done."""
        return HttpResponseRedirect(self.place("complaints:status", done=done))

    @property
    def may_reopen(self) -> bool:
        ended = self.complaint.status in lines.OVER
        return ended and self.complaint.outcome not in (Outcome.HISTORICAL, Outcome.NOT_A_COMPLAINT)


class StatusPage(StatusLink):
    """Read only: what can be done from it has pages of its own."""

    def get(self, request: HttpRequest) -> HttpResponse:
        complaint, now = self.complaint, self.now
        promises = lines.promises_of(complaint) if complaint.is_open else []
        late, promise = lines.late_promise(promises, complaint, now), lines.next_promise(promises, now)
        asked = lines.open_request(complaint) if complaint.status not in lines.OVER else None
        offers = lines.offers_of(complaint)
        offer = lines.live_offer(offers, now)
        context = {
            "late": lines.we_are_late(late, complaint) if late else "",
            "next": lines.what_comes_next(
                complaint, now, promise=promise, asked=asked, offer=offer, is_late=late is not None
            ),
            "ended": lines.how_it_ended(complaint),
            "asked": asked,
            "waiting": lines.waiting_for_you(asked, complaint) if asked and promise else "",
            **self._offered(offer, lines.agreed_offer(offers)),
            **(self._over() if complaint.status in lines.OVER else {}),
            "merged": self.link.complaint if self.link.complaint.status == Status.MERGED else None,
            "steps": self._steps(),
        }
        if not promise and not asked and not offer:
            context["late"] = context["late"] or lines.step_is_late(complaint, now)
            self._ask_once(context)
        context["done"] = self._done(request.GET.get("done", ""), promises, offers)
        return self.show("by_link/status.html", context)

    def _offered(self, offer: Offer | None, agreed: Offer | None) -> dict[str, Any]:
        """What waits for their answer; and what they accepted, on its way or received."""
        return {
            "offer": offer,
            "offered": package(offer) if offer else "",
            "agreed": agreed,
            "agreed_words": package(agreed) if agreed else "",
            "is_received": agreed is not None and agreed.state == OfferState.FULFILLED,
        }

    def _over(self) -> dict[str, Any]:
        complaint = self.complaint
        newer = complaint.continued_by.order_by("pk").last() if complaint.status == Status.CLOSED else None
        final = complaint.outcome == Outcome.FINAL_DECISION and complaint.exception
        return {
            "survey": lines.about_the_survey(complaint, self.now),
            "may_reopen": self.may_reopen and newer is None,
            "continued": newer,
            "is_final": bool(final),
            "outside_route": final.outside_route if final else "",
        }

    def _ask_once(self, context: dict[str, Any]) -> None:
        """The call that asks the same as the survey is not made where the survey is answered yes."""
        step = getattr(self.complaint, "next_step", None)
        if context.get("survey") and step is not None and step.key == "follow_up":
            context["next"], context["survey"] = context["survey"], ""

    def _steps(self) -> list[Any]:
        """The departments are asked for only while they are the ones who have it."""
        complaint = self.complaint
        answered_at = lines.answered_at(complaint)
        being_checked = complaint.status == Status.IN_PROGRESS and answered_at is None
        departments = lines.departments_busy_with(complaint) if being_checked else []
        return lines.journey(complaint, answered_at=answered_at, departments=departments)

    def _done(self, what: str, promises: list[Any], offers: list[Offer]) -> str:
        """The address only chooses the sentence, and only one that is true as things stand."""
        say = DONE.get(what)
        return say(self.complaint, promises, offers) if say else ""


# -- what was just done, in one sentence -----------------------------------------------
def _added(complaint: Complaint, promises: list[Any], offers: list[Offer]) -> str:
    by = _promised_by_link(promises)
    values = {"agent": complaint.owner.first_name, "by": by}
    return _("We have it. %(agent)s will read it by %(by)s.") % values if by else _("We have it.")


def _reopened(complaint: Complaint, promises: list[Any], offers: list[Offer]) -> str:
    by = _promised_by_link(promises)
    if complaint.status != Status.IN_PROGRESS or complaint.cycle == 1 or not by:
        return ""
    values = {"agent": complaint.owner.first_name, "by": by}
    return _("Your complaint is open again. %(agent)s will read what you wrote and answer you by %(by)s.") % values


def _continued(complaint: Complaint, promises: list[Any], offers: list[Offer]) -> str:
    if not complaint.continued_by.exists():
        return ""
    if complaint.customer.letter_address:
        return _("We have taken it up again, under a new number. A link to it is on its way to you by e-mail.")
    return _("We have taken it up again, under a new number.")


def _accepted(complaint: Complaint, promises: list[Any], offers: list[Offer]) -> str:
    agreed = lines.agreed_offer(offers)
    words = _("Thank you. You have accepted our offer. What we agreed reaches you by %(by)s.")
    return words % {"by": when_long(agreed.deliver_by)} if agreed else ""


def _refused(complaint: Complaint, promises: list[Any], offers: list[Offer]) -> str:
    by = _promised_by_link(promises, newest=True)
    if not by or not any(each.state == OfferState.REFUSED for each in offers):
        return ""
    words = _("You have refused our offer. %(agent)s will call you by %(by)s to talk about other ways.")
    return words % {"agent": complaint.owner.first_name, "by": by}


def _wanted(complaint: Complaint, promises: list[Any], offers: list[Offer]) -> str:
    by = _promised_by_link(promises)
    words = _("We have it: you still want the offer. %(agent)s will answer you by %(by)s.")
    return words % {"agent": complaint.owner.first_name, "by": by} if by else _("We have it.")


def _letters(complaint: Complaint, promises: list[Any], offers: list[Offer]) -> str:
    if complaint.customer.letter_address:
        return _("We will write to you by e-mail.")
    return _("We will send you no more letters by e-mail. This page still shows you what happens.")


DONE: dict[str, Callable[[Complaint, list[Any], list[Offer]], str]] = {
    "added": _added,
    "reopened": _reopened,
    "continued": _continued,
    "accepted": _accepted,
    "refused": _refused,
    "wanted": _wanted,
    "letters": _letters,
}


def _promised_by_link(promises: list[Any], *, newest: bool = False) -> str:
    """By when somebody answers what came in by the link: a promise is made of the first that waits; a refusal makes
    one of its own, the newest."""
    made = [each for each in promises if each.state == PromiseState.OPEN and _came_by_link(each.contact)]
    if not made:
        return ""
    return when_long(max(made, key=lambda each: each.pk).due_at if newest else min(each.due_at for each in made))


def _came_by_link(contact: Contact | None) -> bool:
    return contact is not None and contact.is_inbound and contact.channel == "web"
