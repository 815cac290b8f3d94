"""Something to do on a complaint: a letter did not arrive, so the customer hears it another way."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from complaints import clock
from complaints.actions.customers import note_reading
from complaints.actions.tasks import finish_task
from complaints.forms.letters import DoneForm
from complaints.models import Task, User
from complaints.permissions import can_read_contact_details, moves_open_to
from complaints.views import loading
from complaints.views.acting import ActionView, Location
from complaints.views.letter_rows import reading, row
from complaints.workflow import Move


class TaskPage(LoginRequiredMixin, View):
    """What did not arrive, how else the customer is reached, and whether it is done."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        task, user = loading.task(request, pk), loading.person(request)
        context = {**about(task, user), "may_finish": Move.FINISH in moves_open_to(user, task)}
        return render(request, "complaints/task.html", context)


class TaskCompletion(ActionView):
    form_class = DoneForm
    template_name = "complaints/task_action.html"
    move = Move.FINISH
    title = _("It is done")
    done = _("Done")
    thing: Task

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.thing = loading.task(request, kwargs["pk"])
        self.complaint = self.thing.complaint

    def context(self) -> dict[str, Any]:
        return about(self.thing, self.person)

    def perform(self, form: DoneForm) -> Location:
        return finish_task(self.thing, by=self.person, words=form.cleaned_data["words"]).complaint


def about(task: Task, user: User) -> dict[str, Any]:
    """The task with its letter, and every other way to the customer; that they were read is noted."""
    customer, now = task.complaint.customer, clock.now()
    shows_details = can_read_contact_details(user, customer)
    if shows_details:
        note_reading(customer, by=user)
    return {
        "task": task,
        "complaint": task.complaint,
        "customer": customer,
        "shows_details": shows_details,
        "now": now,
        "row": row(task.message, now) if task.message else None,
        "reading": reading(task.message, task.message.language) if task.message else None,
    }
