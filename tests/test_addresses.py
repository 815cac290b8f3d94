"""What cannot be an address of ours is a 404, not a mistake of the program."""

from collections.abc import Callable

import pytest
from django.test import Client

from complaints.models import User
from tests.factories import Cast

AsUser = Callable[[User], Client]
NONSENSE = (
    "C26-00%00388", "%00", "c26-000388", "C26-388", "C26-000388%0A", "C٢٦-٠٠٠٣٨٨", "C26-" + "1" * 60, "x' OR 1=1"
)  # fmt: skip
KINDS = (
    "customers", "handoffs", "evidence", "offers", "approvals", "escalations", "promises", "follow-ups", "letters",
    "tasks",
)  # fmt: skip


@pytest.mark.parametrize("ref", NONSENSE)
def test_a_nonsense_reference_is_nothing_here(cast: Cast, as_user: AsUser, ref: str) -> None:
    for url in (
        f"/complaints/{ref}/",
        f"/complaints/{ref}/closure/",
        f"/complaints/{ref}/escalations/new/",
        f"/calls/new/?continues={ref}",
    ):
        assert as_user(cast.agent).get(url).status_code == 404


@pytest.mark.parametrize("number", ["9" * 18, "9" * 19, "9" * 400, "1%00", "٣", "-1"])
def test_a_number_no_row_can_have_is_nothing_here(cast: Cast, as_user: AsUser, number: str) -> None:
    for kind in KINDS:
        assert as_user(cast.supervisor).get(f"/{kind}/{number}/").status_code == 404
