"""The complaint and its issues: what was said, what is wanted, who has it, where it stands."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models.customer import Customer, Language
from complaints.models.people import Department, User
from complaints.querysets import ComplaintQuerySet, IssueQuerySet
from complaints.workflow import Cause, Outcome, Remedy, Status

if TYPE_CHECKING:
    from complaints.models.verification import Verdict


class Channel(models.TextChoices):
    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")
    WEB = "web", _("web form")
    COUNTER = "counter", _("counter")
    CHAT = "chat", _("chat")
    LETTER = "letter", _("letter")
    SOCIAL = "social", _("social media")
    IMPORT = "import", _("import")


class RemedyKind(models.TextChoices):
    """What a customer may want and what an offer may be made of (4.19)."""

    REPLACEMENT = "replacement", _("replacement")
    REFUND = "refund", _("refund")
    EXCHANGE = "exchange", _("exchange")
    STORE_CREDIT = "store_credit", _("store credit")
    DISCOUNT = "discount", _("discount")
    REPAIR = "repair", _("repair")
    APOLOGY = "apology", _("apology")
    EXPLANATION = "explanation", _("explanation")
    OTHER = "other", _("other")
    UNKNOWN = "unknown", _("doesn't know yet")


class Category(models.Model):
    """What a complaint is about, in the words of the organisation (data: `load_defaults`, admin)."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    is_misinformation = models.BooleanField(_("wrong information was given"), default=False)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return str(_(self.name)) if self.name else ""


class Complaint(models.Model):
    """One complaint. Its three status columns are written by `actions.moves.apply` alone."""

    Status = Status
    Remedy = Remedy
    Cause = Cause
    Outcome = Outcome

    class Severity(models.TextChoices):
        LOW = "low", _("low")
        MEDIUM = "medium", _("medium")
        HIGH = "high", _("high")
        CRITICAL = "critical", _("critical")

    class Factor(models.TextChoices):
        SAFETY = "safety", _("safety")
        MONEY = "money", _("money")
        VULNERABILITY = "vulnerability", _("vulnerability")
        SPREAD = "spread", _("spread")
        LEGAL = "legal", _("legal")
        COMPLEXITY = "complexity", _("complexity")

    class Flag(models.TextChoices):
        PUBLIC = "public", _("public place")
        SOCIAL = "social", _("social media")
        MEDIA = "media", _("media")
        LEGAL = "legal", _("legal")
        SAFETY = "safety", _("safety")

    class Aspect(models.TextChoices):
        PRICE = "price", _("price")
        PRODUCT = "product", _("product")
        SERVICE = "service", _("service")
        STAFF = "staff", _("staff")
        INFORMATION = "information", _("information")
        PROCESS = "process", _("procedure")

    class Need(models.TextChoices):
        COMPENSATION = "compensation", _("compensation")
        RESPECT = "respect", _("respect")
        INFORMATION = "information", _("information")
        VENTING = "venting", _("to be heard")

    class Source(models.TextChoices):
        DEPARTMENT = "department", _("department")
        OUTLET = "outlet", _("outlet")
        PROMOTER = "promoter", _("promoter")
        CAMPAIGN = "campaign", _("campaign")

    # who and when
    reference = models.CharField(max_length=16, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="complaints")
    received_at = models.DateTimeField()  # the earliest contact; never changes
    registered_at = models.DateTimeField()
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    language = models.CharField(_("language"), max_length=2, choices=Language)

    # what it is about
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="complaints")
    topic = models.CharField(_("in a few words"), max_length=200, blank=True)
    product = models.CharField(_("product"), max_length=200, blank=True)
    aspect = models.CharField(_("aspect"), max_length=20, choices=Aspect, blank=True)
    narrative = models.TextField(_("in the customer's words"), blank=True)  # never edited, only added to
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.MEDIUM)
    factors = ArrayField(models.CharField(max_length=20, choices=Factor), default=list, blank=True)
    flags = ArrayField(models.CharField(max_length=20, choices=Flag), default=list, blank=True)
    was_told = models.TextField(_("what the customer was told"), blank=True)
    correct_information = models.TextField(_("correct information"), blank=True)
    misinformation_source = models.CharField(max_length=20, choices=Source, blank=True)
    underlying_need = models.CharField(max_length=20, choices=Need, blank=True)

    # what the customer wants, and the read-back they agreed to
    wants = ArrayField(models.CharField(max_length=20, choices=RemedyKind), default=list)
    wanted_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    wanted_currency = models.CharField(max_length=3, blank=True)
    wanted_words = models.CharField(_("in their words"), max_length=500, blank=True)
    what_happened = models.TextField(_("what happened"), blank=True)
    why_it_matters = models.TextField(_("why it matters"), blank=True)
    what_is_wanted = models.TextField(_("what is wanted"), blank=True)
    read_back_agreed_at = models.DateTimeField(null=True, blank=True)
    read_back_sent_at = models.DateTimeField(null=True, blank=True)  # in a letter, to be corrected by link

    # who has it
    owner = models.ForeignKey(User, models.PROTECT, related_name="owned_complaints")
    home_department = models.ForeignKey(Department, models.PROTECT, related_name="home_complaints")
    department_concerned = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="complaints_about"
    )
    person_complained_of = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="complaints_about_them"
    )

    # where it stands
    status = models.CharField(max_length=12, choices=Status, default=Status.NEW)
    remedy = models.CharField(max_length=12, choices=Remedy, default=Remedy.SOUGHT)
    cause = models.CharField(max_length=12, choices=Cause, default=Cause.UNVERIFIED)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    cycle = models.PositiveSmallIntegerField(default=1)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    accepted_offer = models.ForeignKey(
        "complaints.Offer", models.PROTECT, null=True, blank=True, related_name="closed_complaints"
    )
    exception = models.ForeignKey(
        "complaints.Approval", models.PROTECT, null=True, blank=True, related_name="closed_complaints"
    )
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_here")
    merged_at = models.DateTimeField(null=True, blank=True)
    status_before_merge = models.CharField(max_length=12, blank=True)
    continues = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="continued_by")
    external_ref = models.CharField(max_length=200, blank=True, editable=False)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["home_department", "status"], name="complaint_home_status"),
            models.Index(fields=["customer", "-received_at"], name="complaint_customer"),
            models.Index(
                fields=["resolved_at"], condition=models.Q(status=Status.RESOLVED), name="complaint_waits_to_close"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["external_ref"], condition=~models.Q(external_ref=""), name="a complaint is imported once"
            ),
            models.CheckConstraint(
                name="closed means finished",
                condition=~models.Q(status=Status.CLOSED)
                | (
                    models.Q(closed_at__isnull=False)
                    & ~models.Q(outcome="")
                    & (
                        models.Q(accepted_offer__isnull=False)
                        | models.Q(exception__isnull=False)
                        | models.Q(outcome=Outcome.HISTORICAL, channel="import")
                    )
                ),
            ),
            models.CheckConstraint(
                name="only a closed complaint has an outcome",
                condition=models.Q(status=Status.CLOSED)
                | models.Q(outcome="", accepted_offer=None, exception=None, closed_at=None),
            ),
            models.CheckConstraint(
                name="merged leads somewhere",
                condition=~models.Q(status=Status.MERGED) | models.Q(merged_into__isnull=False),
            ),
            models.CheckConstraint(
                name="a narrative is there, or it was imported",
                condition=~models.Q(narrative="") | models.Q(channel="import"),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("complaints:complaint", args=[self.reference])

    @property
    def title(self) -> str:
        """What a list calls it: the topic, else the category, else the first words."""
        if self.topic:
            return self.topic
        if self.category:
            return str(self.category)
        first = self.narrative.strip().split("\n")[0]
        return first[:80] + ("…" if len(first) > 80 else "") or str(_("No words were brought in"))

    @property
    def is_open(self) -> bool:
        """Somebody still owes the customer work."""
        return self.status in (Status.RECEIVED, Status.IN_PROGRESS, Status.RESOLVED)

    @property
    def is_historical(self) -> bool:
        return self.outcome == Outcome.HISTORICAL

    @property
    def told_something_wrong(self) -> bool:
        """The final reply then has to carry a correction (0.18)."""
        return bool(self.was_told.strip() and self.correct_information.strip())

    @property
    def stream(self) -> str:
        return f"complaint:{self.pk}"

    @property
    def wants_words(self) -> str:
        """ "refund, apology": what the customer wants, said shortly."""
        labels = dict(RemedyKind.choices)
        return ", ".join(str(labels[want]) for want in self.wants if want in labels)


class Issue(models.Model):
    """One thing complained of; each gets its own verdict and its own answer."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="issues")
    words = models.CharField(_("issue"), max_length=300)

    objects = IssueQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.words

    @property
    def verdict(self) -> "Verdict | None":
        """The verdict that stands; earlier ones are kept."""
        return next((v for v in self.verdicts.all() if v.is_current), None)
