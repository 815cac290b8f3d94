"""Who may. Short predicates; who may *see* is `visible_to` alone.

`WHO` resolves the names the table of moves uses. A supervisor of the home
department and a manager may act wherever the owner may, as themselves
(moves.md). The person complained of may nothing.
"""

from collections.abc import Callable
from typing import Any

from complaints.models import Approval, Authority, Complaint, Customer, Department, Handoff, Membership, User
from complaints.querysets import may_look_up_customers
from complaints.workflow import MOVES, Move, Row, Who

Role = Membership.Role


def is_person_complained_of(user: User, complaint: Complaint) -> bool:
    return complaint.person_complained_of_id is not None and complaint.person_complained_of_id == user.pk


def has_role(user: User, department_id: int, *roles: str) -> bool:
    return any(m.department_id == department_id and m.role in roles for m in memberships(user))


def memberships(user: User) -> list[Membership]:
    """Read once per user object: a page asks many times."""
    if not hasattr(user, "_memberships"):
        user._memberships = list(user.memberships.select_related("department"))  # type: ignore[attr-defined]
    return user._memberships  # type: ignore[attr-defined]


def is_manager(user: User) -> bool:
    return any(m.role == Role.MANAGER for m in memberships(user))


def is_supervisor_of(user: User, complaint: Complaint) -> bool:
    """Supervisor of the home department, or a manager; never the person complained of."""
    if is_person_complained_of(user, complaint):
        return False
    return is_manager(user) or has_role(user, complaint.home_department_id, Role.SUPERVISOR)


def supervisors_of(complaint: Complaint) -> list[User]:
    """Who decides for its home department: its supervisors, or the managers where it has none."""
    members = Membership.objects.filter(user__is_active=True).exclude(user=complaint.person_complained_of_id)
    members = members.select_related("user__preferences").order_by("pk")
    supervisors = [m.user for m in members.filter(department=complaint.home_department, role=Role.SUPERVISOR)]
    return supervisors or [m.user for m in members.filter(role=Role.MANAGER)]


def members_to_tell(department: Department) -> list[User]:
    """Who hears of work handed to it: its officers and its head, or everybody where it has neither."""
    members = department.memberships.filter(user__is_active=True).select_related("user__preferences").order_by("pk")
    chosen = [m for m in members if m.role == Role.OFFICER or m.is_head]
    return list(dict.fromkeys(m.user for m in chosen or members))


def acts_as_owner(user: User, complaint: Complaint) -> bool:
    if is_person_complained_of(user, complaint):
        return False
    still_here = is_manager(user) or has_role(user, complaint.home_department_id, Role.AGENT, Role.SUPERVISOR)
    return (complaint.owner_id == user.pk and still_here) or is_supervisor_of(user, complaint)


def works_cases(user: User, complaint: Complaint) -> bool:
    """An agent, supervisor or manager who sees the complaint: may log a contact on it."""
    if is_person_complained_of(user, complaint):
        return False
    return is_manager(user) or has_role(user, complaint.home_department_id, Role.AGENT, Role.SUPERVISOR)


def may_register(user: User) -> bool:
    """Agents, supervisors and managers of a department that takes complaints."""
    return home_department_of(user) is not None


def home_department_of(user: User) -> int | None:
    """The call centre this person logs calls for."""
    case_work = (Role.AGENT, Role.SUPERVISOR, Role.MANAGER)
    return next(
        (m.department_id for m in memberships(user) if m.role in case_work and m.department.takes_complaints), None
    )


def can_own(user: User, complaint: Complaint) -> bool:
    """Who may be made the owner: a case worker of the home department who is active and not complained of."""
    return user.is_active and works_cases(user, complaint)


def can_read_contact_details(user: User, customer: Customer) -> bool:
    """A right of its own; each reading goes to the AccessLog."""
    return may_look_up_customers(user)


def can_mark_person(user: User, complaint: Complaint) -> bool:
    return works_cases(user, complaint)


def sees_board(user: User) -> bool:
    return any(m.role in (Role.SUPERVISOR, Role.MANAGER) for m in memberships(user))


def sees_queue(user: User) -> bool:
    return any(m.role in (Role.AGENT, Role.SUPERVISOR, Role.MANAGER) for m in memberships(user))


def sees_inbox(user: User) -> bool:
    """Members of any department that work can be handed to: not only officers."""
    return any(m.role == Role.OFFICER or m.is_head for m in memberships(user))


def is_officer_of(user: User, handoff: Handoff) -> bool:
    """A member of the receiving department; where that is outside, whoever holds its link."""
    if is_person_complained_of(user, handoff.complaint):
        return False
    if user.speaks_for == User.Voice.OUTSIDE:
        return handoff.department.is_outside
    return any(m.department_id == handoff.department_id for m in memberships(user))


def is_approver(user: User, thing: Any) -> bool:
    """Supervisor or manager, neither asker nor owner (1.3). The limit of an offer is a guard of its own."""
    complaint: Complaint = thing.complaint
    if not is_supervisor_of(user, complaint) or complaint.owner_id == user.pk:
        return False
    return user.pk not in {getattr(thing, name, None) for name in ("asked_by_id", "raised_by_id", "made_by_id")}


def limits_of(user: User, complaint: Complaint) -> dict[str, Any]:
    return Authority.objects.of(user, complaint)


def complaint_of(thing: Any) -> Complaint:
    return thing if isinstance(thing, Complaint) else thing.complaint


WHO: dict[Who, Callable[[User, Any], bool]] = {
    Who.AGENT: lambda user, thing: works_cases(user, complaint_of(thing)),
    Who.OWNER: lambda user, thing: acts_as_owner(user, complaint_of(thing)),
    Who.SUPERVISOR: lambda user, thing: is_supervisor_of(user, complaint_of(thing)),
    Who.OFFICER: lambda user, thing: isinstance(thing, Handoff) and is_officer_of(user, thing),
    Who.APPROVER: lambda user, thing: not isinstance(thing, Complaint) and is_approver(user, thing),
    Who.ASKER: lambda user, thing: isinstance(thing, Approval) and thing.asked_by_id == user.pk,
    Who.SYSTEM: lambda user, thing: user.is_system,
    Who.IMPORT: lambda user, thing: user.is_system,
    Who.CUSTOMER: lambda user, thing: user.speaks_for == User.Voice.CUSTOMER,
}


def may_make(user: User, row: Row, thing: Any) -> bool:
    """Whether one of the row's people is this user."""
    return any(WHO[who](user, thing) for who in row.who)


def moves_open_to(user: User, thing: Any) -> set[Move]:
    """The moves this person may make on this row now, as far as state and role say: where buttons come from.

    Guards are asked when the button is pressed, so that a refusal can name what is missing.
    """
    if isinstance(thing, Complaint):
        states = {"status": thing.status, "remedy": thing.remedy, "cause": thing.cause}
    else:
        states = {thing.NOUN: thing.state}
    return {
        row.move
        for row in MOVES
        if row.noun in states and states[row.noun] in row.states and may_make(user, row, thing)
    }
