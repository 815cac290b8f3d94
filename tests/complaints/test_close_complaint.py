"""Closing: the gate, the window, and who closes."""

import pytest

from complaints import gate
from complaints.actions.closure import close_complaint
from complaints.actions.moves import MoveRefused
from complaints.models import Complaint
from complaints.timeline import flaws
from tests import factories
from tests.factories import Cast


def test_a_complaint_lives_its_whole_life(cast: Cast) -> None:
    complaint = factories.closed(cast)
    assert (complaint.status, complaint.outcome) == ("closed", "accepted")
    assert list(flaws()) == []


def test_resolved_while_its_cause_is_unverified_but_refused_at_closing(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    assert (complaint.status, complaint.cause) == ("resolved", "unverified")
    with pytest.raises(MoveRefused) as refusal:
        close_complaint(complaint, by=cast.agent)
    assert "no_cause" in {reason.code for reason in refusal.value.reasons}
    assert Complaint.objects.get(pk=complaint.pk).status == "resolved"
    assert gate.missing(complaint)
