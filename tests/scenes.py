"""Two call centres with everything in it, so that every address has a row to point at."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction

from complaints import clock
from complaints.actions import intake
from complaints.actions import verification as finding
from complaints.actions.access import Purpose, mint
from complaints.actions.tasks import give_task
from complaints.models import Complaint, Department, Task, User
from escalation.actions.escalation import raise_escalation
from tests import factories
from tests.factories import Cast


@dataclass
class Scene:
    """One complaint in progress and a row of every kind hanging on it, with the arguments of every address."""

    complaint: Complaint
    ids: dict[str, Any] = field(default_factory=dict)

    def arguments(self, name: str, takes: str) -> dict[str, Any]:
        """What `reverse` needs for this address, which takes `ref`, `pk`, `uid`, `token`, `rest` or nothing."""
        if takes == "rest":
            return {"rest": "nothing/here"}
        if takes == "token":
            return {"token": self.ids[_link(name)], **({"pk": self.ids["evidence"]} if name.endswith("-file") else {})}
        if takes == "uid":
            return {"uid": self.ids["uid"]}
        if takes == "ref":
            return {"ref": self.complaint.reference}
        if takes == "pk":
            row = next(row for prefix, row in ROW_OF.items() if name.startswith(prefix))
            return {"pk": self.ids[row]}
        return {}


ROW_OF = {
    "complaints:customer": "customer",
    "complaints:enquiry": "customer",
    "complaints:handoff": "handoff",
    "complaints:waiver": "handoff",
    "complaints:evidence": "evidence",
    "complaints:difference-finding": "difference",
    "complaints:verdict": "issue",
    "complaints:offer": "offer",
    "complaints:item": "item",
    "complaints:approval": "approval",
    "complaints:message": "message",
    "complaints:task": "task",
    "escalation:escalation": "escalation",
    "escalation:": "escalation",
    "followups:promise": "promise",
    "followups:follow-up": "follow_up",
}


def _link(name: str) -> str:
    """Whose link opens it."""
    return next(who for who in ("survey", "outside", "status") if f":{who}" in name) + "_link"


def play(cast: Cast, home: Department, owner: User, **facts: Any) -> Scene:
    """A complaint of `home`, owned by `owner`."""
    complaint = intake.register_complaint(
        facts.pop("customer", cast.customer),
        factories.complaint_facts(**facts),
        by=owner,
        home_department=home,
    )
    factories.read_back(cast, complaint)
    complaint = Complaint.objects.get(pk=complaint.pk)
    handoff = factories.handed_off(cast, complaint)
    finding.start_verifying(complaint, by=owner)
    factories.told_by_both(cast, complaint)
    difference = finding.note_discrepancy(complaint, by=owner, topic="When", customer_says="14.20", other_says="noon")
    evidence = finding.add_evidence(
        complaint, by=owner, kind="receipt", file=finding.CheckedFile("nota.txt", "text/plain", b"INV-1")
    )
    offer = factories.offered(cast, complaint)
    asked = factories.asked_exception(cast, complaint, heard_by=owner)
    escalation = raise_escalation(complaint, by=owner, trigger_key="by_hand:1", question="Who pays?")
    letter = complaint.messages.get(kind="offer")
    with transaction.atomic():
        task = give_task(complaint, Task.Kind.BOUNCE, by=cast.system, message=letter)
    follow_up = complaint.follow_ups.create(cycle=1, kind="check", due_at=clock.now() + timedelta(days=3), state="due")
    now = clock.now()
    ids = {
        "status_link": mint(complaint, Purpose.STATUS, at=now, cycle=1),
        "survey_link": mint(complaint, Purpose.SURVEY, at=now, cycle=1),
        "outside_link": mint(complaint, Purpose.HANDOFF, at=now, cycle=1, handoff=handoff),
        "customer": complaint.customer_id,
        "handoff": handoff.pk,
        "evidence": evidence.pk,
        "difference": difference.pk,
        "issue": complaint.issues.get().pk,
        "offer": offer.pk,
        "item": offer.items.get().pk,
        "approval": asked.pk,
        "escalation": escalation.pk,
        "message": letter.pk,
        "uid": letter.uid,
        "task": task.pk,
        "promise": complaint.promises.get().pk,
        "follow_up": follow_up.pk,
    }
    return Scene(complaint, ids)
