"""Every yes a second person must give: one noun."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.models.handoff import Handoff
from complaints.models.people import User
from complaints.models.resolution import Offer
from complaints.querysets import ApprovalQuerySet
from complaints.wording import money
from complaints.workflow import ApprovalState


class Approval(models.Model):
    """Asked by one, decided by another: never by its asker or by the owner."""

    NOUN = "approval"
    State = ApprovalState

    class Kind(models.TextChoices):
        OFFER = "offer", _("offer above the limit")
        EXCEPTION = "exception", _("exception from closing")
        LATENESS = "lateness", _("lateness waived")
        DECLINE = "decline", _("not a complaint")
        UNDETERMINED_CAUSE = "undetermined_cause", _("cause stays undetermined")

    class ExceptionKind(models.TextChoices):
        NO_REPLY = "no_reply", _("customer silent")
        UNREACHABLE = "unreachable", _("cannot be reached")
        WITHDRAWN = "withdrawn", _("withdrawn")
        FINAL_DECISION = "final_decision", _("final decision")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="approvals")
    cycle = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=10, choices=ApprovalState, default=ApprovalState.NEW)
    offer = models.ForeignKey(Offer, models.PROTECT, null=True, blank=True, related_name="approvals")
    handoff = models.ForeignKey(Handoff, models.PROTECT, null=True, blank=True, related_name="approvals")
    exception_kind = models.CharField(max_length=16, choices=ExceptionKind, blank=True)
    heard_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    outside_route = models.CharField(_("outside body named to the customer"), max_length=200, blank=True)
    covers_cause = models.BooleanField(_("the cause may stay undetermined"), default=False)
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="approvals_asked")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="approvals_decided")
    decided_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(_("outcome"), blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="nobody approves what they asked for",
                condition=~models.Q(state="approved") | ~models.Q(decided_by=models.F("asked_by")),
            ),
            models.CheckConstraint(
                name="an exception says which", condition=~models.Q(kind="exception") | ~models.Q(exception_kind="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        return reverse("complaints:approval", args=[self.pk])

    @property
    def question(self) -> str:
        """What has to be decided, as one sentence. Reads the offer's items and the complaint's customer."""
        customer = self.complaint.customer.name
        match self.kind:
            case self.Kind.OFFER:
                items = self.offer.items.all() if self.offer else []
                parts = [f"{item} {money(item.amount, item.currency)}".strip() for item in items]
                return gettext("Offer %(customer)s: %(what)s?") % {"customer": customer, "what": ", ".join(parts)}
            case self.Kind.EXCEPTION:
                kind = self.get_exception_kind_display()
                return gettext("Close without %(customer)s's yes: %(kind)s?") % {"customer": customer, "kind": kind}
            case self.Kind.LATENESS:
                department = self.handoff.department if self.handoff else ""
                return gettext("Waive the late answer of %(department)s?") % {"department": department}
            case self.Kind.DECLINE:
                return gettext("Is what %(customer)s told us not a complaint?") % {"customer": customer}
            case _:
                return gettext("May the cause stay undetermined?")
