"""Load what you may see: the one way from an address to a row. Foreign means 404."""

import re
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from complaints.converters import Reference
from complaints.models import (
    Approval,
    Complaint,
    Customer,
    Discrepancy,
    Evidence,
    Handoff,
    Issue,
    Message,
    Offer,
    OfferItem,
    Task,
    User,
)
from complaints.permissions import memberships


def person(request: HttpRequest) -> User:
    """Who is signed in (every page of the desk asks for it first)."""
    assert isinstance(request.user, User)
    memberships(request.user)  # read once, for what may be seen, for what may be done and for the bar
    return request.user


def complaint(request: HttpRequest, ref: str) -> Complaint:
    if not re.fullmatch(Reference.regex, ref):  # it may come from behind the question mark
        raise Http404
    return get_object_or_404(Complaint.objects.visible_to(person(request)).for_list(), reference=ref)


def customer(request: HttpRequest, pk: int) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(person(request)), pk=pk)


def handoff(request: HttpRequest, pk: int) -> Handoff:
    visible = Handoff.objects.visible_to(person(request))
    return get_object_or_404(visible.select_related("complaint__customer", "complaint__owner", "department"), pk=pk)


def evidence(request: HttpRequest, pk: int) -> Evidence:
    return get_object_or_404(Evidence.objects.visible_to(person(request)), pk=pk)


def approval(request: HttpRequest, pk: int) -> Approval:
    visible = Approval.objects.visible_to(person(request))
    return get_object_or_404(visible.select_related("complaint__customer", "offer", "handoff__department"), pk=pk)


def offer(request: HttpRequest, pk: int) -> Offer:
    return get_object_or_404(_of_visible(Offer.objects.select_related("complaint__customer"), request), pk=pk)


def offer_item(request: HttpRequest, pk: int) -> OfferItem:
    complaints = Complaint.objects.visible_to(person(request))
    items = OfferItem.objects.select_related("offer__complaint__customer").filter(offer__complaint__in=complaints)
    return get_object_or_404(items, pk=pk)


def issue(request: HttpRequest, pk: int) -> Issue:
    return get_object_or_404(Issue.objects.visible_to(person(request)).select_related("complaint__customer"), pk=pk)


def discrepancy(request: HttpRequest, pk: int) -> Discrepancy:
    rows = Discrepancy.objects.select_related("complaint__customer")
    return get_object_or_404(_of_visible(rows, request), pk=pk)


def message(request: HttpRequest, pk: int) -> Message:
    return get_object_or_404(letters(request), pk=pk)


def letters(request: HttpRequest) -> QuerySet[Message]:
    """Every letter this person may see, with whom it goes to."""
    visible = Message.objects.visible_to(person(request)).prefetch_related("customer__emails")
    return visible.select_related("complaint__customer", "complaint__owner", "customer", "user", "department", "by")


def task(request: HttpRequest, pk: int) -> Task:
    tasks = Task.objects.visible_to(person(request)).prefetch_related("message__customer__emails")
    people = ("complaint__customer", "complaint__owner", "message__customer", "message__department", "done_by")
    return get_object_or_404(tasks.select_related(*people), pk=pk)


def _of_visible(rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    return rows.filter(complaint__in=Complaint.objects.visible_to(person(request)))
