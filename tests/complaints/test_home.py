"""The start page: where each person's work is."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models import Membership, User
from tests.factories import Cast, person

AsUser = Callable[[User], Client]


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("agent", "complaints:queue"),
        ("supervisor", "escalation:board"),
        ("manager", "escalation:board"),
        ("officer", "complaints:inbox"),
    ],
)
def test_everybody_starts_where_their_work_is(cast: Cast, as_user: AsUser, who: str, page: str) -> None:
    answer = as_user(cast.everybody()[who]).get("/")
    assert (answer.status_code, answer["Location"]) == (302, reverse(page))


def test_an_administrator_starts_at_the_setup(cast: Cast, as_user: AsUser) -> None:
    cast.administrator.is_staff = True
    cast.administrator.save()
    assert as_user(cast.administrator).get("/")["Location"] == reverse("admin:index")


def test_the_head_of_a_department_starts_at_its_inbox(cast: Cast, as_user: AsUser) -> None:
    head = person("Wati Kepala", cast.sales, Membership.Role.ADMINISTRATOR, is_head=True)
    assert as_user(head).get("/")["Location"] == reverse("complaints:inbox")


def test_a_supervisor_who_also_takes_calls_starts_at_the_queue(cast: Cast, as_user: AsUser) -> None:
    Membership.objects.create(user=cast.supervisor, department=cast.other_care, role=Membership.Role.AGENT)
    assert as_user(cast.supervisor).get("/")["Location"] == reverse("complaints:queue")


def test_somebody_without_a_department_is_told_what_to_do(cast: Cast, as_user: AsUser) -> None:
    nobody = User.objects.create_user("baru@example.test", "Baru Sekali", "correct horse battery")
    answer = as_user(nobody).get("/")
    assert answer.status_code == 200
    assert "baru@example.test" in answer.content.decode()


def test_a_stranger_signs_in_first(client: Client, db: None) -> None:
    assert client.get("/")["Location"] == f"{reverse('account_login')}?next=/"
