"""Who works here: users, departments and what each person is in which department."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, full_name: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), full_name=full_name, **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, full_name: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, full_name, password, is_staff=True, is_superuser=True, **fields)

    def system(self) -> "User":
        """The user behind everything the system does by itself (made by `load_defaults`)."""
        return self.get(is_system=True)

    def customer(self) -> "User":
        """Who acts when a customer does, by the link in a letter (made by `load_defaults`)."""
        return self.get(speaks_for=User.Voice.CUSTOMER)

    def outside(self) -> "User":
        """Who acts when an outside party does, by the link in a letter (made by `load_defaults`)."""
        return self.get(speaks_for=User.Voice.OUTSIDE)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with a work e-mail; or the system, the customers, the outside parties: one row each,
    which nobody signs in as."""

    class Voice(models.TextChoices):
        CUSTOMER = "customer", _("the customer, by a link")
        OUTSIDE = "outside", _("an outside party, by a link")

    email = models.EmailField(_("work e-mail"), unique=True)
    full_name = models.CharField(_("full name"), max_length=200)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(_("may open the configuration pages"), default=False)
    is_system = models.BooleanField(default=False, editable=False)
    speaks_for = models.CharField(max_length=10, choices=Voice, blank=True, editable=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_system"], condition=models.Q(is_system=True), name="there is one system user"
            ),
            models.UniqueConstraint(
                fields=["speaks_for"], condition=~models.Q(speaks_for=""), name="one user speaks for all of a kind"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def is_person(self) -> bool:
        """Somebody who works here, not the system and not a link."""
        return not self.is_system and not self.speaks_for

    @property
    def first_name(self) -> str:
        """What customers read: staff by first name only (copy.md)."""
        return self.full_name.split()[0] if self.full_name else ""


class Department(models.Model):
    """A part of the organisation, or (outside) a party beyond it that answers by link."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    takes_complaints = models.BooleanField(
        _("takes complaints"), default=False, help_text=_("A call centre: its agents own complaints.")
    )
    is_outside = models.BooleanField(_("outside the organisation"), default=False)
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """What a person is in a department. There are no other rights."""

    class Role(models.TextChoices):
        AGENT = "agent", _("agent")
        SUPERVISOR = "supervisor", _("supervisor")
        OFFICER = "officer", _("officer")
        MANAGER = "manager", _("manager")
        ADMINISTRATOR = "administrator", _("administrator")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    department = models.ForeignKey(Department, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    is_head = models.BooleanField(_("head of the department"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "department"], name="a person is one thing in a department")
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.department}"
