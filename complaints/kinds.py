"""Every kind of event, which readers see it on the timeline, and which reactions read it.

One file, so that adding a kind shows at once who has to know (house.md section 4).
`READ_BY` is held against the reactions themselves by `tests/test_architecture.py`.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    # intake
    COMPLAINT_REGISTERED = "complaint_registered", _("Complaint registered")
    HISTORY_BROUGHT_IN = "history_brought_in", _("Brought in, finished elsewhere")
    COMPLAINT_ACKNOWLEDGED = "complaint_acknowledged", _("Acknowledged to the customer")
    CONTACT_LOGGED = "contact_logged", _("Contact logged")
    NOTE_ADDED = "note_added", _("Note")
    NARRATIVE_ADDED = "narrative_added", _("Added in the customer's words")
    ISSUE_ADDED = "issue_added", _("Issue added")
    READ_BACK_AGREED = "read_back_agreed", _("Read back, the customer agreed")
    READ_BACK_WRITTEN = "read_back_written", _("Read-back written")
    READ_BACK_DISPUTED = "read_back_disputed", _("The customer says it is not right")
    DETAILS_CHANGED = "details_changed", _("Details changed")
    OWNER_CHANGED = "owner_changed", _("Owner changed")
    PERSON_MARKED = "person_marked", _("Person complained of marked")
    EVIDENCE_ADDED = "evidence_added", _("Evidence added")
    # handoffs
    HANDOFF_SENT = "handoff_sent", _("Handed off")
    HANDOFF_ACCEPTED = "handoff_accepted", _("Handoff accepted")
    HANDOFF_RETURNED = "handoff_returned", _("Handoff returned")
    HANDOFF_REDIRECTED = "handoff_redirected", _("Handoff sent again")
    HANDOFF_ASSIGNED = "handoff_assigned", _("Handoff assigned, binding")
    HANDOFF_ANSWERED = "handoff_answered", _("Handoff answered")
    HANDOFF_MESSAGE = "handoff_message", _("Message in the handoff")
    HANDOFF_CHASED = "handoff_chased", _("Department reminded")
    HANDOFF_SETTLED = "handoff_settled", _("Handoff settled")
    HANDOFF_ASKED_AGAIN = "handoff_asked_again", _("Department asked again")
    HANDOFF_WITHDRAWN = "handoff_withdrawn", _("Handoff withdrawn")
    HANDOFF_LAPSED = "handoff_lapsed", _("Handoff not accepted in time")
    # verification and cause
    VERIFYING_STARTED = "verifying_started", _("Checking started")
    ACCOUNT_TAKEN = "account_taken", _("Account taken")
    DISCREPANCY_FOUND = "discrepancy_found", _("Difference noted")
    DISCREPANCY_SETTLED = "discrepancy_settled", _("Difference settled")
    VERDICT_GIVEN = "verdict_given", _("Verdict given")
    FACTS_VERIFIED = "facts_verified", _("Checked")
    CAUSE_CONFIRMED = "cause_confirmed", _("Root cause confirmed")
    NEW_FACTS = "new_facts", _("New facts")
    IMPROVEMENT_PLANNED = "improvement_planned", _("Improvement planned")
    IMPROVEMENT_NOT_NEEDED = "improvement_not_needed", _("No improvement needed")
    # resolution
    OFFER_PREPARED = "offer_prepared", _("Offer prepared, waits for a yes")
    OFFER_MADE = "offer_made", _("Offer made")
    OFFER_NOT_APPROVED = "offer_not_approved", _("Offer not approved")
    OFFER_ACCEPTED = "offer_accepted", _("Offer accepted")
    OFFER_REFUSED = "offer_refused", _("Offer refused")
    OFFER_WITHDRAWN = "offer_withdrawn", _("Offer withdrawn")
    OFFER_LAPSED = "offer_lapsed", _("Offer lapsed")
    ITEM_FULFILLED = "item_fulfilled", _("Part of the offer fulfilled")
    OFFER_FULFILLED = "offer_fulfilled", _("Offer fulfilled")
    OFFER_FAILED = "offer_failed", _("Fulfilment failed")
    FINAL_REPLY_GIVEN = "final_reply_given", _("Final reply given")
    # letters
    MESSAGE_SENT = "message_sent", _("Letter sent")
    MESSAGE_FAILED = "message_failed", _("Letter could not be sent")
    MESSAGE_UNKNOWN = "message_unknown", _("Not known whether the letter arrived")
    MESSAGE_EXPIRED = "message_expired", _("Letter too late to be sent")
    MESSAGE_CANCELLED = "message_cancelled", _("Letter cancelled")
    MESSAGE_BOUNCED = "message_bounced", _("Letter came back")
    INFORMATION_ASKED = "information_asked", _("Customer asked for something")
    INFORMATION_CAME = "information_came", _("Customer sent something")
    TASK_GIVEN = "task_given", _("Task")
    TASK_DONE = "task_done", _("Task done")
    # approvals
    APPROVAL_ASKED = "approval_asked", _("Approval asked")
    APPROVAL_GIVEN = "approval_given", _("Approved")
    APPROVAL_REFUSED = "approval_refused", _("Not approved")
    APPROVAL_WITHDRAWN = "approval_withdrawn", _("Request withdrawn")
    # the end, and back
    COMPLAINT_RESOLVED = "complaint_resolved", _("Resolved")
    COMPLAINT_CLOSED = "complaint_closed", _("Closed")
    COMPLAINT_REOPENED = "complaint_reopened", _("Reopened")
    COMPLAINT_MERGED = "complaint_merged", _("Merged")
    COMPLAINT_TOOK_IN = "complaint_took_in", _("Took in another complaint")
    COMPLAINT_UNMERGED = "complaint_unmerged", _("Unmerged")
    # followups
    PROMISE_MADE = "promise_made", _("Promise made")
    PROMISE_KEPT = "promise_kept", _("Promise kept")
    PROMISE_REDATED = "promise_redated", _("Promise re-dated, the customer told")
    PROMISE_MISSED = "promise_missed", _("Promise missed")
    PROMISE_TOLD = "promise_told", _("Customer told of the missed promise")
    PROMISE_KEPT_LATE = "promise_kept_late", _("Promise kept late")
    PROMISE_RELEASED = "promise_released", _("Promise released")
    SURVEY_PLANNED = "survey_planned", _("Survey planned")
    SURVEY_SENT = "survey_sent", _("Survey sent")
    SURVEY_REMINDED = "survey_reminded", _("Reminded of the survey")
    SURVEY_ANSWERED = "survey_answered", _("Survey answered")
    SURVEY_UNANSWERED = "survey_unanswered", _("Survey not answered")
    SURVEY_CANCELLED = "survey_cancelled", _("Survey cancelled")
    SURVEY_EXPIRED = "survey_expired", _("Survey too late to be sent")
    SURVEY_NOT_SENT = "survey_not_sent", _("Survey not sent")
    SURVEY_VOIDED = "survey_voided", _("Survey no longer counts")
    FOLLOW_UP_DUE = "follow_up_due", _("Follow-up planned")
    FOLLOW_UP_TRIED = "follow_up_tried", _("Follow-up tried")
    FOLLOW_UP_DONE = "follow_up_done", _("Follow-up done")
    FOLLOW_UP_VOIDED = "follow_up_voided", _("Follow-up no longer needed")
    # escalation
    ESCALATION_RAISED = "escalation_raised", _("Escalated")
    ESCALATION_ACKNOWLEDGED = "escalation_acknowledged", _("Escalation taken up")
    ESCALATION_ASKED = "escalation_asked", _("Supervisor asks back")
    ESCALATION_ANSWERED = "escalation_answered", _("Answered the supervisor")
    ESCALATION_DECIDED = "escalation_decided", _("Escalation decided")
    ESCALATION_DONE = "escalation_done", _("Decision carried out")
    # customer and site streams
    CUSTOMER_ADDED = "customer_added", _("Customer added")
    CUSTOMER_CHANGED = "customer_changed", _("Customer record changed")
    MAIL_HELD = "mail_held", _("All letters held back")
    MAIL_RELEASED = "mail_released", _("Letters go out again")
    IMPORT_FINISHED = "import_finished", _("Import finished")
    DEFAULTS_LOADED = "defaults_loaded", _("Defaults loaded")


READ_BY: dict[Kind, tuple[str, ...]] = {
    Kind.CONTACT_LOGGED: ("followups",),
    Kind.OFFER_ACCEPTED: ("followups",),
    Kind.OFFER_FULFILLED: ("followups",),
    Kind.OFFER_FAILED: ("followups",),
    Kind.COMPLAINT_RESOLVED: ("followups",),
    Kind.COMPLAINT_CLOSED: ("followups", "escalation"),
    Kind.COMPLAINT_REOPENED: ("followups",),
    Kind.MESSAGE_FAILED: ("followups",),
    Kind.MESSAGE_UNKNOWN: ("followups",),
    Kind.MESSAGE_EXPIRED: ("followups",),
    Kind.MESSAGE_CANCELLED: ("followups",),
    Kind.MESSAGE_BOUNCED: ("followups",),
    Kind.HANDOFF_RETURNED: ("escalation",),
    Kind.HANDOFF_ASSIGNED: ("escalation",),
    Kind.HANDOFF_WITHDRAWN: ("escalation",),
}
"""Besides these, escalation looks at every event of a complaint to say its next step anew."""

CUSTOMER_SIDE = frozenset(
    {
        Kind.CONTACT_LOGGED, Kind.COMPLAINT_ACKNOWLEDGED, Kind.READ_BACK_AGREED, Kind.NARRATIVE_ADDED,
        Kind.OFFER_MADE, Kind.OFFER_ACCEPTED, Kind.OFFER_REFUSED, Kind.OFFER_FULFILLED, Kind.FINAL_REPLY_GIVEN,
        Kind.PROMISE_MADE, Kind.PROMISE_KEPT, Kind.PROMISE_REDATED, Kind.PROMISE_MISSED, Kind.PROMISE_TOLD,
        Kind.PROMISE_KEPT_LATE, Kind.PROMISE_RELEASED, Kind.COMPLAINT_RESOLVED, Kind.COMPLAINT_CLOSED,
        Kind.COMPLAINT_REOPENED, Kind.FOLLOW_UP_TRIED, Kind.FOLLOW_UP_DONE, Kind.READ_BACK_DISPUTED,
        Kind.MESSAGE_SENT, Kind.MESSAGE_UNKNOWN, Kind.MESSAGE_BOUNCED, Kind.INFORMATION_ASKED, Kind.INFORMATION_CAME,
        Kind.SURVEY_SENT, Kind.SURVEY_REMINDED, Kind.SURVEY_ANSWERED, Kind.SURVEY_UNANSWERED,
    }
)  # fmt: skip
DEPARTMENT_SIDE = frozenset(kind for kind in Kind if kind.value.startswith("handoff_"))

# What a section of the complaint page conflicts with (product.md section 10)
SECTIONS: dict[str, frozenset[Kind]] = {
    "details": frozenset({Kind.DETAILS_CHANGED}),
    "owner": frozenset({Kind.OWNER_CHANGED, Kind.PERSON_MARKED}),
    "read_back": frozenset({Kind.READ_BACK_AGREED, Kind.READ_BACK_WRITTEN, Kind.READ_BACK_DISPUTED}),
    "customer": frozenset({Kind.CUSTOMER_CHANGED}),
    "cause": frozenset({Kind.CAUSE_CONFIRMED, Kind.NEW_FACTS, Kind.IMPROVEMENT_NOT_NEEDED}),
    "verdict": frozenset({Kind.VERDICT_GIVEN}),
    "closing": frozenset(
        {Kind.COMPLAINT_CLOSED, Kind.COMPLAINT_REOPENED, Kind.COMPLAINT_MERGED, Kind.COMPLAINT_RESOLVED}
    ),
}
