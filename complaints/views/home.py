"""The start page: where each person's work is."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from complaints.models import Membership, User
from complaints.permissions import memberships, sees_board, sees_inbox
from complaints.views import loading


class Home(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        start = start_of(loading.person(request))
        return redirect(start) if start else render(request, "complaints/no_department.html")


def start_of(user: User) -> str:
    """The name of the page this person begins with, or nothing when nobody has said what they do here."""
    if any(each.role == Membership.Role.AGENT for each in memberships(user)):
        return "complaints:queue"
    if sees_board(user):
        return "escalation:board"
    if sees_inbox(user):
        return "complaints:inbox"
    return "admin:index" if user.is_staff else ""
