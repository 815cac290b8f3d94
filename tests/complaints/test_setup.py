"""The setup pages: for administrators, and without a word of any customer."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse

from complaints.models import Authority, Category, CauseCategory, Complaint, User
from tests import factories
from tests.factories import Cast

AsUser = Callable[[User], Client]
KINDS = ("user", "department", "category", "causecategory", "authority")


@pytest.fixture
def keeper(cast: Cast) -> User:
    User.objects.filter(pk=cast.administrator.pk).update(is_staff=True, is_superuser=True)
    return User.objects.get(pk=cast.administrator.pk)


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return factories.in_progress(cast, category=Category.objects.first())


def row(kind: str, complaint: Complaint) -> int:
    rows = {
        "user": complaint.owner,
        "department": complaint.home_department,
        "category": complaint.category,
        "causecategory": CauseCategory.objects.filter(parent__isnull=False).first(),
        "authority": Authority.objects.first(),
    }
    return int(rows[kind].pk)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_deleted_and_nothing_of_a_complaint_is_shown(
    kind: str, keeper: User, complaint: Complaint, as_user: AsUser
) -> None:
    browser, pk = as_user(keeper), row(kind, complaint)
    for name, status in (("delete", 403), ("change", 200), ("history", 200)):
        answer = browser.get(reverse(f"admin:complaints_{kind}_{name}", args=[pk]))
        assert answer.status_code == status
        for words in (complaint.reference, complaint.title, complaint.customer.full_name):
            assert words not in answer.content.decode()
    assert browser.post(reverse(f"admin:complaints_{kind}_delete", args=[pk]), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in browser.get(reverse(f"admin:complaints_{kind}_changelist")).content.decode()


@pytest.mark.parametrize("rights", [{}, {"is_superuser": True}, {"is_staff": True, "is_active": False}])
def test_whoever_is_no_administrator_stays_outside(cast: Cast, as_user: AsUser, rights: dict[str, bool]) -> None:
    User.objects.filter(pk=cast.agent.pk).update(**rights)
    assert as_user(cast.agent).get(reverse("admin:complaints_user_changelist")).status_code in (302, 403)


def test_a_second_address_to_sign_in_with_cannot_be_given() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("admin:account_emailaddress_changelist")
    assert not any(model._meta.app_label == "account" for model in admin.site._registry)
