"""Finding out: accounts, differences between them, evidence, and a verdict on each issue."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint, Issue
from complaints.models.handoff import Handoff
from complaints.models.people import User
from complaints.querysets import AccountQuerySet, EvidenceQuerySet


class Evidence(models.Model):
    """A kept thing: a file or the note of where it is. Never changed; every reading passes a permission check."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("receipt")
        CCTV = "cctv", _("CCTV")
        RECORDING = "recording", _("recording")
        CHAT = "chat", _("chat")
        LOG = "log", _("log")
        PROOF = "proof", _("proof of fulfilment")
        OTHER = "other", _("other")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="evidence")
    handoffs = models.ManyToManyField(Handoff, blank=True, related_name="files")  # who may read it besides us
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    note = models.CharField(_("what it shows"), max_length=300, blank=True)
    file = models.FileField(upload_to="evidence/%Y/%m/", blank=True)
    name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)
    has_consent = models.BooleanField(_("the person recorded agreed"), default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                name="evidence is a file or a note", condition=~models.Q(file="") | ~models.Q(note="")
            ),
            models.CheckConstraint(
                name="a recording needs consent", condition=~models.Q(kind="recording") | models.Q(has_consent=True)
            ),
        ]

    def __str__(self) -> str:
        return self.note or self.name or self.get_kind_display()


class Account(models.Model):
    """What one party says happened, told in order: a line each, its time first. A retelling is a new version."""

    class Party(models.TextChoices):
        CUSTOMER = "customer", _("customer")
        EMPLOYEE = "employee", _("employee")
        WITNESS = "witness", _("witness")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="accounts")
    party = models.CharField(_("who tells it"), max_length=10, choices=Party)
    teller = models.CharField(_("name or role"), max_length=200, blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    words = models.TextField(_("what happened, in order"))
    read_back = models.BooleanField(_("read back to them"), default=False)
    has_consent = models.BooleanField(_("recorded with their knowledge"), default=False)
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["party", "teller", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "party", "teller", "version"], name="a telling has one version number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_party_display()} {self.teller} v{self.version}".replace("  ", " ")

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.words.splitlines() if line.strip()]


class Discrepancy(models.Model):
    """A point on which the accounts differ (3.18)."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        EXPLAINED = "explained", _("explained")
        UNRESOLVABLE = "unresolvable", _("cannot be settled")

    NOUN = "discrepancy"

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="discrepancies")
    topic = models.CharField(_("point"), max_length=200)
    customer_says = models.TextField(_("customer says"))
    other_says = models.TextField(_("the other side says"))
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    finding = models.TextField(_("finding"), blank=True)
    evidence = models.ManyToManyField(Evidence, blank=True, related_name="+")
    why_no_evidence = models.CharField(_("why there is no evidence"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "discrepancies"

    def __str__(self) -> str:
        return self.topic


class Verdict(models.Model):
    """What was found on one issue, by someone not party to it. An earlier verdict is kept, not edited."""

    class Finding(models.TextChoices):
        UPHELD = "upheld", _("upheld")
        PARTLY = "partly", _("partly upheld")
        NOT_UPHELD = "not_upheld", _("not upheld")
        UNDETERMINED = "undetermined", _("undetermined")
        CLARIFIED = "clarified", _("clarified")

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="verdicts")
    finding = models.CharField(_("verdict"), max_length=12, choices=Finding)
    reasons = models.TextField(_("reasons"))
    evidence = models.ManyToManyField(Evidence, blank=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue"], condition=models.Q(is_current=True), name="one verdict stands on an issue"
            )
        ]

    def __str__(self) -> str:
        return str(self.get_finding_display())
