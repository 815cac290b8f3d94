"""What the customer gets, page by page: the offer, the answer, the proof."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from complaints import clock
from complaints.actions import resolution
from complaints.actions.moves import check
from complaints.forms.base import today
from complaints.forms.offers import AnswerForm, FulfilmentForm, OfferForm, OfferReasonForm, as_asked
from complaints.models import Approval, Complaint, Offer, OfferItem, User
from complaints.permissions import acts_as_owner, limits_of, moves_open_to
from complaints.views import loading
from complaints.views.acting import ActionView, Location
from complaints.views.verification import OnComplaint
from complaints.wording import money, when
from complaints.workflow import Move, Who


class Offers(LoginRequiredMixin, View):
    """Every offer of the complaint, the last first, beside what the customer asked for (0.19)."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        complaint = loading.complaint(request, ref)
        offers = complaint.offers.select_related("made_by").prefetch_related("items__fulfilment").order_by("-pk")
        going_on = (Offer.State.AWAITING_APPROVAL, Offer.State.LIVE, Offer.State.ACCEPTED)
        context = {
            "complaint": complaint,
            "offers": offers,
            "now": clock.now(),
            "may_offer": acts_as_owner(loading.person(request), complaint)
            and complaint.status == Complaint.Status.IN_PROGRESS
            and not any(offer.state in going_on for offer in offers),
        }
        return render(request, "complaints/offers.html", context)


class OfferNew(OnComplaint):
    """Within the limit it is live at once; above it, the reason why asks a supervisor."""

    form_class = OfferForm
    template_name = "complaints/offer_new.html"
    title = _("Make an offer")
    submit = _("Make the offer")
    who = Who.OWNER
    made: Offer

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Refused before anything is typed when there is an offer already, or the complaint is not worked on."""
        assert self.complaint
        check(Offer(complaint=self.complaint), Move.MAKE_FOR_APPROVAL, by=self.person)
        return super().get(request, **kwargs)

    def initial(self) -> dict[str, Any]:
        assert self.complaint
        return as_asked(self.complaint)

    def form_kwargs(self) -> dict[str, Any]:
        assert self.complaint
        return {"complaint": self.complaint, "limits": limits_of(self.person, self.complaint)}

    def context(self) -> dict[str, Any]:
        assert self.complaint
        limits = limits_of(self.person, self.complaint)
        return {"limits": [money(limit, currency) for currency, limit in sorted(limits.items())]}

    def perform(self, form: OfferForm) -> Location:
        assert self.complaint
        why_more = form.cleaned_data["why_more"]
        self.made = resolution.make_offer(self.complaint, form.facts(), by=self.person, why_more=why_more)
        return self.made

    def done_words(self, form: OfferForm) -> str:
        if self.made.state == Offer.State.LIVE:
            return gettext("The offer stands until %(by)s. Tell the customer") % {"by": when(self.made.answer_by)}
        return gettext("It is above your limit: a supervisor decides. Do not promise it yet")


class OfferPage(LoginRequiredMixin, View):
    """One offer: its parts and their proof, and what can be done with it now."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        offer = loading.offer(request, pk)
        person = loading.person(request)
        items = list(offer.items.select_related("fulfilment__evidence", "fulfilment__by"))
        context = {
            "complaint": offer.complaint,
            "offer": offer,
            "items": items,
            "next_item": next((item for item in items if not item.is_fulfilled), None),
            "request_for_it": offer.approvals.filter(state=Approval.State.ASKED).first(),
            "now": clock.now(),
            **_may(person, offer),
        }
        return render(request, "complaints/offer.html", context)


class OnOffer(ActionView):
    """A page of one offer that is seen; what it does is a move of the table."""

    template_name = "complaints/offer_action.html"

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.thing = loading.offer(request, kwargs["pk"])
        self.complaint = self.thing.complaint


class OfferAcceptance(OnOffer):
    form_class = AnswerForm
    title = _("The customer accepts")
    submit = _("Accepted")
    who = Who.AGENT
    move = Move.ACCEPT

    def perform(self, form: AnswerForm) -> Location:
        return resolution.accept_offer(self.thing, by=self.person, **form.facts())

    def done_words(self, form: AnswerForm) -> str:
        return gettext("Accepted. Promised to the customer by %(by)s") % {"by": when(self.thing.deliver_by)}


class OfferRefusal(OnOffer):
    form_class = AnswerForm
    title = _("The customer refuses")
    submit = _("Refused")
    who = Who.AGENT
    move = Move.REFUSE
    done = _("Refused. Make a new offer within one working day")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        resolution.check_with_customer(self.thing, Move.REFUSE)
        return super().get(request, **kwargs)

    def perform(self, form: AnswerForm) -> Location:
        resolution.refuse_offer(self.thing, by=self.person, **form.facts())
        return reverse("complaints:offers", args=[self.thing.complaint.reference])


class OfferWithdrawal(OnOffer):
    form_class = OfferReasonForm
    title = _("Withdraw the offer")
    who = Who.OWNER
    move = Move.WITHDRAW
    done = _("Withdrawn. Tell the customer, if they knew of it")

    def perform(self, form: OfferReasonForm) -> Location:
        resolution.withdraw_offer(self.thing, by=self.person, reason=form.cleaned_data["reason"])
        return reverse("complaints:offers", args=[self.thing.complaint.reference])


class OfferFailure(OnOffer):
    form_class = OfferReasonForm
    title = _("It did not arrive")
    submit = _("Note the failure")
    who = Who.OWNER
    move = Move.FAIL
    done = _("Noted. Tell the customer, and make a new offer")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        resolution.check_not_resolved(self.thing)
        return super().get(request, **kwargs)

    def perform(self, form: OfferReasonForm) -> Location:
        resolution.fail_offer(self.thing, by=self.person, reason=form.cleaned_data["reason"])
        return reverse("complaints:offers", args=[self.thing.complaint.reference])


class ItemFulfilment(ActionView):
    """The proof of one part; the last one resolves the complaint in the same act."""

    form_class = FulfilmentForm
    template_name = "complaints/fulfilment.html"
    title = _("Record the proof")
    submit = _("Save the proof")
    who = Who.OWNER
    move = Move.FULFIL
    item: OfferItem

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.item = loading.offer_item(request, kwargs["pk"])
        self.thing = self.item.offer
        self.complaint = self.thing.complaint

    def initial(self) -> dict[str, Any]:
        return {"done_on": today()}

    def form_kwargs(self) -> dict[str, Any]:
        return {"item": self.item}

    def context(self) -> dict[str, Any]:
        return {"item": self.item}

    def perform(self, form: FulfilmentForm) -> Location:
        resolution.fulfil_item(self.item, by=self.person, **form.facts())
        return self.thing

    def done_words(self, form: FulfilmentForm) -> str:
        left = self.thing.items.filter(fulfilment=None).count()
        if left:
            words = ngettext("Saved. %(n)d part has no proof yet", "Saved. %(n)d parts have no proof yet", left)
            return words % {"n": left}
        assert self.complaint
        follow_up = self.complaint.follow_ups.filter(cycle=self.complaint.cycle).order_by("due_at").first()
        if follow_up is None:
            return gettext("Everything has its proof: the complaint is resolved")
        words = gettext("Everything has its proof: the complaint is resolved. A follow-up call is planned for %(at)s")
        return words % {"at": when(follow_up.due_at)}


def _may(person: User, offer: Offer) -> dict[str, bool]:
    """Which buttons the page has. A refusal is the customer's only while the offer is with the customer."""
    moves = moves_open_to(person, offer)
    is_live = offer.state == Offer.State.LIVE
    return {
        "may_accept": Move.ACCEPT in moves,
        "may_refuse": is_live and Move.REFUSE in moves,
        "may_withdraw": Move.WITHDRAW in moves,
        "may_fulfil": Move.FULFIL in moves,
        "may_fail": Move.FAIL in moves and offer.complaint.status == Complaint.Status.IN_PROGRESS
        and offer.state == Offer.State.ACCEPTED,
    }  # fmt: skip
