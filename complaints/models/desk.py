"""How one person likes their desk."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.customer import Language
from complaints.models.people import User


class Preferences(models.Model):
    class Theme(models.TextChoices):
        SYSTEM = "", _("as the device")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    class Density(models.TextChoices):
        COMFORTABLE = "", _("comfortable")
        COMPACT = "compact", _("compact")

    user = models.OneToOneField(User, models.CASCADE, related_name="preferences")
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ENGLISH)
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, blank=True, default="")
    density = models.CharField(_("density"), max_length=8, choices=Density, blank=True, default="")
    keys_on = models.BooleanField(_("single-key shortcuts"), default=True)

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"preferences of {self.user}"
