"""The nouns (product.md section 3), one file each."""

from complaints.models.access import AccessLink, AccessLog, Submission
from complaints.models.approval import Approval
from complaints.models.calendar import ClockOffset
from complaints.models.cause import CauseCategory, Improvement, RootCause
from complaints.models.complaint import Category, Channel, Complaint, Issue, RemedyKind
from complaints.models.contact import Contact, IssueAnswer, Note
from complaints.models.customer import Customer, CustomerEmail, CustomerPhone, Language
from complaints.models.desk import Preferences
from complaints.models.event import Event, StreamHead
from complaints.models.handoff import Handoff, HandoffEntry
from complaints.models.message import MailHold, Message
from complaints.models.people import Department, Membership, User
from complaints.models.request import InformationRequest
from complaints.models.resolution import Authority, Fulfilment, Offer, OfferItem
from complaints.models.task import Task
from complaints.models.verification import Account, Discrepancy, Evidence, Verdict

__all__ = [
    "AccessLink",
    "AccessLog",
    "Account",
    "Approval",
    "Authority",
    "Category",
    "CauseCategory",
    "Channel",
    "ClockOffset",
    "Complaint",
    "Contact",
    "Customer",
    "CustomerEmail",
    "CustomerPhone",
    "Department",
    "Discrepancy",
    "Event",
    "Evidence",
    "Fulfilment",
    "Handoff",
    "HandoffEntry",
    "Improvement",
    "InformationRequest",
    "Issue",
    "IssueAnswer",
    "Language",
    "MailHold",
    "Membership",
    "Message",
    "Note",
    "Offer",
    "OfferItem",
    "Preferences",
    "RemedyKind",
    "RootCause",
    "StreamHead",
    "Submission",
    "Task",
    "User",
    "Verdict",
]
