"""Changing what is known of a complaint, and who has it."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actions.details import (
    MAY_CHANGE,
    NoSuccessor,
    change_details,
    change_owner,
    mark_person_complained_of,
)
from complaints.actions.intake import add_issue
from complaints.actions.moves import refuse
from complaints.forms.details import DetailsForm, IssueForm, OwnerForm, PersonForm
from complaints.models import Complaint, Membership, User
from complaints.views import loading
from complaints.views.acting import ActionView, Location
from complaints.workflow import Who

Role = Membership.Role


class _OnComplaint(ActionView):
    """A page of one complaint that is seen."""

    complaint: Complaint

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.complaint = loading.complaint(request, kwargs["ref"])


class Details(_OnComplaint):
    """Two people may have it open: what the other saved in the meantime is never overwritten unseen."""

    form_class = DetailsForm
    template_name = "complaints/details.html"
    section = "details"
    who = Who.OWNER
    title = gettext_lazy("Change the details")
    submit = gettext_lazy("Save")
    done = gettext_lazy("Saved")

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.complaint, name) for name in MAY_CHANGE}

    def perform(self, form: DetailsForm) -> Location:
        return change_details(self.complaint, by=self.person, **form.facts())


class Owner(_OnComplaint):
    form_class = OwnerForm
    template_name = "complaints/owner.html"
    section = "owner"
    who = Who.OWNER
    title = gettext_lazy("Change the owner")

    def form_kwargs(self) -> dict[str, Any]:
        return {"people": can_own_it(self.complaint).exclude(pk=self.complaint.owner_id)}

    def perform(self, form: OwnerForm) -> Location:
        typed = form.cleaned_data
        changed = change_owner(self.complaint, to=typed["owner"], by=self.person, reason=typed["reason"])
        return changed

    def done_words(self, form: OwnerForm) -> str:
        return _("%(name)s owns it now, with its open promises") % {"name": form.cleaned_data["owner"].first_name}


class PersonComplainedOf(_OnComplaint):
    form_class = PersonForm
    template_name = "complaints/person_complained_of.html"
    section = "owner"
    who = Who.AGENT
    title = gettext_lazy("Name the person complained of")
    submit = gettext_lazy("Save")

    def form_kwargs(self) -> dict[str, Any]:
        return {"people": User.objects.filter(is_active=True, is_system=False).order_by("full_name")}

    def initial(self) -> dict[str, Any]:
        return {"person": self.complaint.person_complained_of}

    def perform(self, form: PersonForm) -> Location:
        try:
            return mark_person_complained_of(self.complaint, person=form.cleaned_data["person"], by=self.person)
        except NoSuccessor as error:
            raise refuse(
                self.title,
                "no_successor",
                _("This person owns the complaint, and there is no supervisor and no manager to take it over"),
            ) from error

    def done_words(self, form: PersonForm) -> str:
        person = form.cleaned_data["person"]
        if person is None:
            return _("Nobody is marked any more")
        return _("%(name)s neither sees, owns nor checks this complaint from now on") % {"name": person.full_name}


class IssueNew(_OnComplaint):
    form_class = IssueForm
    who = Who.AGENT
    title = gettext_lazy("Add an issue")
    submit = gettext_lazy("Add it")
    done = gettext_lazy("Added. It gets its own verdict and its own answer")

    def perform(self, form: IssueForm) -> Location:
        add_issue(self.complaint, by=self.person, words=form.cleaned_data["words"])
        return self.complaint


def can_own_it(complaint: Complaint) -> QuerySet[User]:
    """As `permissions.can_own` says of one person: case workers of the home department, and managers."""
    at_home = Q(department=complaint.home_department_id, role__in=[Role.AGENT, Role.SUPERVISOR])
    members = Membership.objects.filter(at_home | Q(role=Role.MANAGER))
    people = User.objects.filter(is_active=True, is_system=False, pk__in=members.values("user"))
    if complaint.person_complained_of:
        people = people.exclude(pk=complaint.person_complained_of.pk)
    return people.order_by("full_name")
