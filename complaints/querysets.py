"""Sets with names. `visible_to` is the one rule of who may see what (product.md section 2).

Pages, API, exports, files and figures all start from it; what it leaves out
does not exist for that person (404).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from complaints.workflow import ApprovalState, Cause, HandoffState, MessageState, Status, TaskState

if TYPE_CHECKING:
    from datetime import datetime

    from complaints.models import Complaint, User

CASE_ROLES = ("agent", "supervisor")


def _departments(user: User, *roles: str) -> Any:
    """The ids of the departments in which this person has one of these roles (any, when none is named)."""
    memberships = user.memberships.all()
    if roles:
        memberships = memberships.filter(role__in=roles)
    return memberships.values("department_id")


def _is_manager(user: User) -> bool:
    """Asked of what is read already, where it is (`permissions.memberships`)."""
    known = getattr(user, "_memberships", None)
    if known is not None:
        return any(membership.role == "manager" for membership in known)
    return user.memberships.filter(role="manager").exists()


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, user: User) -> Self:
        """Own home department's for agents and supervisors, all for managers; never to the person complained of."""
        if user.is_system:
            return self
        mine = self.exclude(person_complained_of=user) if user.pk else self.none()
        if _is_manager(user):
            return mine
        return mine.filter(home_department__in=_departments(user, *CASE_ROLES))

    def lock(self, pk: int) -> Complaint:
        """The complaint, locked until the transaction ends. Take it first: complaint, then its rows.

        Its key is not locked, so that a row that only points to it (a link minted while a letter is sent) can be
        written meanwhile without waiting.
        """
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)

    def open(self) -> Self:
        return self.filter(status__in=[Status.RECEIVED, Status.IN_PROGRESS, Status.RESOLVED])

    def owned_by(self, user: User) -> Self:
        return self.filter(owner=user)

    def for_list(self) -> Self:
        """What a row of a list shows, in one query."""
        return self.select_related("customer", "category", "owner", "home_department")


class IssueQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        return _through_complaint(self, user)


class ContactQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Contacts of visible complaints, and enquiries of customers this person may look up."""
        if user.is_system:
            return self
        if not may_look_up_customers(user):
            return self.none()
        hidden = _model(self, "complaint").objects.visible_to(user)
        return self.filter(Q(complaint__isnull=True) | Q(complaint__in=hidden))

    def inbound(self) -> Self:
        return self.filter(direction="in")

    def outbound(self) -> Self:
        return self.filter(direction="out")

    def reached(self) -> Self:
        return self.filter(reached=True)


class AccountQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        return _through_complaint(self, user)

    def readable_by(self, user: User, complaint: Complaint) -> Self:
        """Blind first telling: until the customer and somebody else have each told it once, everybody reads only
        what they took down themselves; once the facts are checked, all of it (product.md section 3, 3.19)."""
        accounts = self.visible_to(user).filter(complaint=complaint)
        parties = set(accounts.values_list("party", flat=True))
        both_told = "customer" in parties and len(parties) > 1
        if both_told or complaint.cause in (Cause.VERIFIED, Cause.CAUSE_KNOWN) or not complaint.is_open:
            return accounts
        return accounts.filter(taken_by=user)


class CustomerQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Whoever answers the phone must find any caller; officers and administrators meet no customer record."""
        return self if user.is_system or may_look_up_customers(user) else self.none()

    def lock(self, pk: int) -> Any:
        """The record, locked until the transaction ends."""
        return self.select_for_update(of=("self",)).get(pk=pk)


class HandoffQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Those of visible complaints, and those that lie with (or were kept by) a department of this person."""
        if user.is_system:
            return self
        not_about_them = self.exclude(complaint__person_complained_of=user)
        complaints = _model(self, "complaint").objects.visible_to(user)
        gone = Q(state__in=[HandoffState.RETURNED, HandoffState.WITHDRAWN, HandoffState.NEW])
        return not_about_them.filter(Q(complaint__in=complaints) | (Q(department__in=_departments(user)) & ~gone))

    def lying_with(self, user: User) -> Self:
        """What a member of the receiving department finds in the inbox: a yes or an answer owed, soonest first."""
        unanswered = Q(state__in=[HandoffState.OFFERED, HandoffState.LAPSED])
        due = models.Case(models.When(unanswered, then="accept_by"), default="answer_by")
        owed = [HandoffState.OFFERED, HandoffState.LAPSED, HandoffState.ACCEPTED]
        return self.visible_to(user).filter(department__in=_departments(user), state__in=owed).order_by(due, "pk")

    def answered_for(self, user: User) -> Self:
        """What the departments of this person have answered, last first."""
        answered = [HandoffState.ANSWERED, HandoffState.SETTLED]
        return (
            self.visible_to(user)
            .filter(department__in=_departments(user), state__in=answered)
            .order_by("-answered_at", "-pk")
        )

    def open(self) -> Self:
        return self.exclude(state__in=[HandoffState.SETTLED, HandoffState.WITHDRAWN])

    def unaccepted(self, at: datetime) -> Self:
        return self.filter(state=HandoffState.OFFERED, accept_by__lte=at)


class EvidenceQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Of a visible complaint; an officer reads the files attached to a handoff they see."""
        if user.is_system:
            return self
        complaints = _model(self, "complaint").objects.visible_to(user)
        handoffs = _model(self, "handoffs").objects.visible_to(user)
        shown = self.model.handoffs.through.objects.filter(handoff__in=handoffs).values("evidence_id")
        return self.filter(Q(complaint__in=complaints) | Q(pk__in=shown))


class AuthorityQuerySet(models.QuerySet[Any]):
    def of(self, user: User, complaint: Complaint) -> dict[str, Any]:
        """What this person may offer on this complaint alone: limit per currency, the highest of their roles."""
        roles = user.memberships.filter(Q(department=complaint.home_department) | Q(role="manager")).values("role")
        limits = self.filter(role__in=roles).values("currency").annotate(most=models.Max("limit"))
        return {row["currency"]: row["most"] for row in limits}


class ApprovalQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        return _through_complaint(self, user)

    def waiting(self) -> Self:
        return self.filter(state=ApprovalState.ASKED)

    def approved(self) -> Self:
        return self.filter(state=ApprovalState.APPROVED)


class MessageQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Letters of visible complaints, and this person's own notices, but for those about complaints about them and
        about handoffs they no longer see. A digest belongs to its reader alone."""
        if user.is_system:
            return self
        complaints = _model(self, "complaint").objects.visible_to(user)
        seen = Q(handoff=None) | Q(handoff__in=_model(self, "handoff").objects.visible_to(user))
        own = Q(user=user) & seen & (Q(complaint=None) | ~Q(complaint__person_complained_of=user))
        return self.filter(Q(complaint__in=complaints) | own)

    def to_be_noted(self) -> Self:
        """Something has happened to them that the timeline does not know yet."""
        unsettled = [MessageState.NEW, MessageState.HELD, MessageState.PENDING, MessageState.SENDING]
        return self.exclude(state=models.F("noted")).exclude(state__in=unsettled)


class TaskQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        return _through_complaint(self, user)

    def open(self) -> Self:
        return self.filter(state=TaskState.OPEN)


def may_look_up_customers(user: User) -> bool:
    return user.memberships.filter(role__in=[*CASE_ROLES, "manager"]).exists()


def _through_complaint(queryset: Any, user: User) -> Any:
    """Rows of a complaint are as visible as the complaint."""
    if user.is_system:
        return queryset
    return queryset.filter(complaint__in=_model(queryset, "complaint").objects.visible_to(user))


def _model(queryset: Any, field: str) -> Any:
    """The model behind a foreign key: a queryset cannot import the models that import it."""
    return queryset.model._meta.get_field(field).related_model
