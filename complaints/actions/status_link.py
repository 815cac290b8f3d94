"""A fresh link to the customer's page, by e-mail: for whoever lost it, or is led to a new number."""

from datetime import UTC

from django.db import transaction

from complaints import clock
from complaints.actions.access import can_be_followed, followed_until
from complaints.actions.correspondence import write_to_customer
from complaints.actions.merged import lock_where_it_leads
from complaints.emails import to_customer
from complaints.models import Complaint, Message, User


@transaction.atomic
def mail_status_link(complaint: Complaint) -> Message | None:
    """To the address we know, once an hour at most however often it is asked for; merged, of the complaint it leads
    to. None where nothing can be sent: no address, no consent, or closed too long ago."""
    complaint, now = lock_where_it_leads(complaint), clock.now()
    if not can_be_followed(complaint, now):
        return None
    return write_to_customer(
        complaint,
        Message.Kind.STATUS_LINK,
        to_customer.status_link(complaint, expires_at=followed_until(complaint)),
        by=User.objects.system(),
        key=f"status_link:{now.astimezone(UTC):%Y-%m-%dT%H}",
    )
