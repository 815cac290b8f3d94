"""What customers do from their page. Each has an address of its own, to which the links of letters lead, and leads
back to the page with a sentence of what happened."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actions.by_customer import Said, add_by_customer, reopen_by_customer, still_wants_offer
from complaints.actions.customers import set_letters
from complaints.actions.moves import MoveRefused, refuse
from complaints.actions.resolution import accept_offer, refuse_offer
from complaints.actions.status_link import mail_status_link
from complaints.emails.to_customer import package
from complaints.forms.by_link import (
    CorrectionForm,
    LettersForm,
    LinkForm,
    OfferAnswerForm,
    OfferWantedForm,
    ReopenForm,
    SayForm,
)
from complaints.models import Channel, Complaint, Offer
from complaints.views import status_lines as lines
from complaints.views.by_link_form import FormPage, said_to_them
from complaints.views.status import StatusLink
from complaints.workflow import OfferState


class _Place(FormPage, StatusLink):
    """One thing to do: what it says above the form, the form, its button, and back to the page."""

    template = "by_link/place.html"
    title: ClassVar[Any]
    lead: ClassVar[Any] = ""
    submit: ClassVar[Any]
    done: ClassVar[str]

    def get(self, request: HttpRequest) -> HttpResponse:
        why_not = self.why_not()
        return self.not_now(why_not) if why_not else super().get(request)

    def refused(self, form: Any, refused: MoveRefused) -> HttpResponse:
        self.look_again()
        why_not = self.why_not()
        return self.not_now(why_not, status=409) if why_not else super().refused(form, refused)

    def after(self, form: Any) -> HttpResponse:
        return self.back(self.done)

    def context(self) -> dict[str, Any]:
        return {"title": self.title, "lead": self.lead, "submit": self.submit}

    def why_not(self) -> str:
        """Why it cannot be done as things stand, said kindly; nothing when it can."""
        return ""

    def not_now(self, words: str, *, status: int = 200, **more: Any) -> HttpResponse:
        return self.show("by_link/not_now.html", {"title": self.title, "words": words, **more}, status=status)

    def look_again(self) -> None:
        """Somebody was faster: the complaint as it is now."""
        self.complaint = Complaint.objects.select_related("customer", "owner").get(pk=self.complaint.pk)


class Addition(_Place):
    form_class: ClassVar[type[LinkForm]] = SayForm
    title = gettext_lazy("I want to add something")
    submit = gettext_lazy("Send")
    done = "added"
    disputes: ClassVar[bool] = False

    def act(self, form: Any) -> None:
        said = Said(form.cleaned_data["words"], form.cleaned_data["attachments"])
        add_by_customer(self.complaint, said, by=self.voice(), disputes=self.disputes)

    def why_not(self) -> str:
        return "" if self.complaint.is_open else _("Your complaint is closed. If it is not solved, open it again.")

    def context(self) -> dict[str, Any]:
        return {**super().context(), "asked": lines.open_request(self.complaint)}

    def not_now(self, words: str, **more: Any) -> HttpResponse:
        return super().not_now(words, may_reopen=self.may_reopen, **more)


class Correction(Addition):
    form_class = CorrectionForm
    title = gettext_lazy("This is not right")
    lead = gettext_lazy("Tell us what is wrong or missing.")
    disputes = True

    def context(self) -> dict[str, Any]:
        return {**super().context(), "asked": None, "shows_understood": True}


class OfferAnswer(_Place):
    """Accept or refuse: nothing is chosen beforehand, whatever the address says."""

    form_class = OfferAnswerForm
    template = "by_link/offer.html"
    title = gettext_lazy("Our offer")
    submit = gettext_lazy("Send my answer")

    @cached_property
    def offers(self) -> list[Offer]:
        return lines.offers_of(self.complaint)

    @property
    def offer(self) -> Offer | None:
        return lines.live_offer(self.offers, self.now)

    def make_form(self, typed: Any = None, files: Any = None, **initial: Any) -> OfferAnswerForm:
        return OfferAnswerForm(typed, files, initial={"offer": self.offer.pk if self.offer else None, **initial})

    def act(self, form: OfferAnswerForm) -> None:
        """The offer they read, and no other, even where a newer one has taken its place."""
        offer = self.complaint.offers.filter(pk=form.cleaned_data["offer"]).first()
        if offer is None or (self.offer and self.offer.pk != offer.pk):
            raise refuse(str(self.title), "changed", "")
        with translation.override(self.complaint.customer.language):
            said = form.cleaned_data["words"].strip() or (_("I accept") if form.accepts else _("I refuse"))
        answer = accept_offer if form.accepts else refuse_offer
        answer(offer, by=self.voice(), channel=Channel.WEB, words=said)

    def after(self, form: OfferAnswerForm) -> HttpResponse:
        return self.back("accepted" if form["answer"].value() == "accept" else "refused")

    def refused(self, form: Any, refused: MoveRefused) -> HttpResponse:
        """What is recorded, where somebody was faster; else the offer that stands now, to be chosen anew."""
        self.look_again()
        self.offers = lines.offers_of(self.complaint)
        if self.offer is None:
            return self.not_now(self.why_not(), status=409)
        if any(reason.code == "changed" for reason in refused.reasons):
            form = self.make_form(words=form.cleaned_data["words"])
        return self.ask(form, status=409, problems=said_to_them(refused.reasons))

    def why_not(self) -> str:
        if self.offer is not None:
            return ""
        last = lines.last_offer_made(self.complaint, self.offers)
        if last is not None and last.state in RECORDED:
            return str(RECORDED[OfferState(last.state)])
        if last is not None and self._is_wanted_still(last):
            return _("This offer has ended. If you still want it, tell us: somebody answers you.")
        return _("There is no offer to answer now.")

    def not_now(self, words: str, **more: Any) -> HttpResponse:
        last = lines.last_offer_made(self.complaint, self.offers)
        wanted = last is not None and self._is_wanted_still(last)
        return super().not_now(
            words,
            offered=package(last) if last else "",
            wanted_url=self.place("complaints:status-offer-wanted") if wanted else "",
            **more,
        )

    def context(self) -> dict[str, Any]:
        offer = self.offer
        return {**super().context(), "offer": offer, "offered": package(offer) if offer else ""}

    def _is_wanted_still(self, last: Offer) -> bool:
        return self.complaint.is_open and lines.has_ended(last, self.now)


RECORDED = {
    OfferState.ACCEPTED: gettext_lazy("Your answer is recorded: you accepted our offer."),
    OfferState.FULFILLED: gettext_lazy("Your answer is recorded: you accepted our offer."),
    OfferState.REFUSED: gettext_lazy("Your answer is recorded: you refused our offer."),
}


class OfferWanted(_Place):
    """The offer has ended, and the customer would still take it."""

    form_class = OfferWantedForm
    title = gettext_lazy("I still want the offer")
    submit = gettext_lazy("Send")
    done = "wanted"

    def act(self, form: OfferWantedForm) -> None:
        if self.why_not():
            raise refuse(str(self.title), "wrong_state", "")
        still_wants_offer(self.complaint, by=self.voice())

    def why_not(self) -> str:
        last = lines.last_offer_made(self.complaint, lines.offers_of(self.complaint))
        ended = last is not None and lines.has_ended(last, self.now)
        return "" if ended and self.complaint.is_open else _("There is no offer to answer now.")


class Reopening(_Place):
    form_class = ReopenForm
    title = gettext_lazy("It is not solved")
    lead = gettext_lazy("We are sorry. Your complaint is opened again, and you need not tell it twice.")
    submit = gettext_lazy("Open it again")

    def act(self, form: ReopenForm) -> None:
        if not self.may_reopen:
            raise refuse(str(self.title), "wrong_state", "")
        opened = reopen_by_customer(self.complaint, Said(form.cleaned_data["words"]), by=self.voice())
        if opened.pk != self.complaint.pk:
            mail_status_link(opened)

    def after(self, form: ReopenForm) -> HttpResponse:
        return self.back("continued" if self.complaint.continued_by.exists() else "reopened")

    def why_not(self) -> str:
        if self.complaint.is_open and not self.may_reopen:
            return _("Your complaint is open, and we are working on it. You can add to it.")
        newer = self.complaint.continued_by.order_by("pk").last()
        if newer:
            return _("It goes on as %(reference)s.") % {"reference": newer}
        return "" if self.may_reopen else _("It cannot be opened again from here. Call us: we see to it.")


class Letters(_Place):
    """The customer's consent to letters by e-mail: taken back, and given again."""

    form_class = LettersForm
    template = "by_link/letters.html"
    title = gettext_lazy("Letters by e-mail")
    submit = gettext_lazy("Save")
    done = "letters"

    def act(self, form: LettersForm) -> None:
        set_letters(self.complaint.customer, wanted=form.cleaned_data["letters"] == "yes", by=self.voice())

    def why_not(self) -> str:
        known = self.complaint.customer.emails.exists()
        return "" if known else _("We know no e-mail address of yours. Tell us one on the phone, and we write to it.")

    def context(self) -> dict[str, Any]:
        return {**super().context(), "addresses": list(self.complaint.customer.emails.all())}
