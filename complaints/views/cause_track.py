"""Finding out why, as steps: what is done, and the first that is not."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints import gate
from complaints.models import Account, Complaint, Discrepancy
from complaints.workflow import Cause


@dataclass(frozen=True)
class Step:
    """`state` is done, now or empty; `action` is what the button of the step says."""

    name: str
    text: str
    state: str
    url: str
    sub: str
    action: str

    @property
    def is_now(self) -> bool:
        return self.state == "now"

    @property
    def link(self) -> str:
        """Where the step's words lead; the two that only do something are buttons, not links."""
        return "" if self.name in ("verification", "verification-end") else self.url


def cause_track(complaint: Complaint) -> list[Step]:
    """From the first question to what will be different; the first step that is not done is now."""
    rows = [_start(complaint), _told(complaint), _differences(complaint), _verdicts(complaint), _checked(complaint),
            _cause(complaint), _improvement(complaint)]  # fmt: skip
    steps, reached = [], False
    for row in rows:
        done = bool(row["done"]) and not reached
        state = "done" if done else "" if reached else "now"
        reached = reached or not done
        url = reverse(f"complaints:{row['page']}", args=[complaint.reference])
        steps.append(Step(row["page"], row["text"], state, url, row.get("sub", ""), row["action"]))
    return steps


def _start(complaint: Complaint) -> dict[str, Any]:
    started = complaint.cause != Cause.UNVERIFIED
    return {"page": "verification", "text": _("Start checking"), "done": started, "action": _("Start checking")}


def _told(complaint: Complaint) -> dict[str, Any]:
    told = list(complaint.accounts.values_list("party", flat=True))
    heard = Account.Party.CUSTOMER in told or not complaint.customer.channels
    sub = ", ".join(f"{label} {told.count(party)}" for party, label in Account.Party.choices if party in told)
    return {
        "page": "accounts", "text": _("Take the accounts"), "done": heard or _is_checked(complaint),
        "sub": sub or _("nobody has told it yet"), "action": _("Open the accounts"),
    }  # fmt: skip


def _differences(complaint: Complaint) -> dict[str, Any]:
    states = list(complaint.discrepancies.values_list("state", flat=True))
    still_open = states.count(Discrepancy.State.OPEN)
    sub = ngettext("%(open)d of %(n)d is open", "%(open)d of %(n)d are open", still_open)
    return {
        "page": "accounts", "text": _("Settle the differences"), "done": not still_open,
        "sub": sub % {"open": still_open, "n": len(states)} if states else _("none noted"),
        "action": _("Settle the differences"),
    }  # fmt: skip


def _verdicts(complaint: Complaint) -> dict[str, Any]:
    issues = list(complaint.issues.prefetch_related("verdicts"))
    given = sum(issue.verdict is not None for issue in issues)
    return {
        "page": "verdicts", "text": _("Give a verdict on each issue"), "done": issues and given == len(issues),
        "sub": _("%(given)d of %(n)d") % {"given": given, "n": len(issues)}, "action": _("Give the verdicts"),
    }  # fmt: skip


def _checked(complaint: Complaint) -> dict[str, Any]:
    return {
        "page": "verification-end", "text": _("The facts are checked"), "done": _is_checked(complaint),
        "action": _("The facts are checked"),
    }  # fmt: skip


def _cause(complaint: Complaint) -> dict[str, Any]:
    known = complaint.cause == Cause.CAUSE_KNOWN
    return {"page": "cause", "text": _("Confirm the root cause"), "done": known, "action": _("Confirm the root cause")}


def _improvement(complaint: Complaint) -> dict[str, Any]:
    return {
        "page": "improvements", "text": _("Plan what will be different"), "done": not gate.improvement(complaint),
        "action": _("Plan what will be different"),
    }  # fmt: skip


def _is_checked(complaint: Complaint) -> bool:
    return complaint.cause in (Cause.VERIFIED, Cause.CAUSE_KNOWN)
