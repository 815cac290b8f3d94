"""Why it happened, and what will be different."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.approval import Approval
from complaints.models.complaint import Complaint
from complaints.models.people import User
from complaints.models.verification import Evidence
from complaints.wording import shortened


class CauseCategory(models.Model):
    """A tree of causes (standards.md section 6); a tenant may add branches."""

    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    blames_a_person = models.BooleanField(
        default=False, help_text=_("Not an end: the statement must say why it was possible.")
    )
    is_misinformation = models.BooleanField(default=False)
    is_undetermined = models.BooleanField(
        default=False, help_text=_("Not found: may stand only with a supervisor's yes.")
    )

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "cause categories"
        constraints = [models.UniqueConstraint(fields=["parent", "name"], name="a cause stands once under its parent")]

    def __str__(self) -> str:
        own = str(_(self.name)) if self.name else ""
        return f"{self.parent}: {own}" if self.parent else own


class RootCause(models.Model):
    """The confirmed cause. An earlier one stays when new facts came."""

    class Method(models.TextChoices):
        ONE_LINE = "one_line", _("one line")
        FIVE_WHYS = "five_whys", _("five whys")
        FISHBONE = "fishbone", _("fishbone")
        EIGHT_D = "8d", _("8D")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="root_causes")
    category = models.ForeignKey(CauseCategory, models.PROTECT, related_name="root_causes")
    statement = models.TextField(_("statement"))
    why_possible = models.TextField(_("why it was possible"), blank=True)
    method = models.CharField(_("method"), max_length=10, choices=Method)
    evidence = models.ManyToManyField(Evidence, blank=True, related_name="+")
    approval = models.ForeignKey(
        Approval, models.PROTECT, null=True, blank=True, related_name="+"
    )  # for an undetermined cause
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_current = models.BooleanField(default=True)
    no_improvement_reason = models.TextField(_("why nothing needs to change"), blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"], condition=models.Q(is_current=True), name="one root cause stands"
            )
        ]

    def __str__(self) -> str:
        return f"{self.category}: {shortened(self.statement)}"


class Improvement(models.Model):
    """What will be different, who sees to it and by when."""

    class Kind(models.TextChoices):
        CORRECTIVE = "corrective", _("corrective")
        PREVENTIVE = "preventive", _("preventive")
        TRAINING = "training", _("training")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="improvements")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    words = models.TextField(_("what will be different"))
    owner = models.ForeignKey(User, models.PROTECT, related_name="improvements")
    due_on = models.DateField(_("by"))
    measure = models.CharField(_("how we will see that it worked"), max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return shortened(self.words)
