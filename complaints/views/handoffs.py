"""Handing work to another department, page by page."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.actions.handoff import accept_handoff, return_handoff
from complaints.forms.handoffs import AcceptHandoffForm, ReturnHandoffForm
from complaints.views import loading
from complaints.views.acting import ActionView, Location
from complaints.workflow import Move


class _OnHandoff(ActionView):
    """A page of one handoff that is seen; what it does is a move of the table."""

    template_name = "complaints/handoff_action.html"

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.thing = loading.handoff(request, kwargs["pk"])

    def context(self) -> dict[str, Any]:
        return {"handoff": self.thing}


class HandoffAcceptance(_OnHandoff):
    form_class = AcceptHandoffForm
    move = Move.ACCEPT
    title = _("Accept")
    done = _("Accepted. The owner sees it")

    def perform(self, form: AcceptHandoffForm) -> Location:
        return accept_handoff(self.thing, by=self.person, answer_by=form.cleaned_data["answer_by"])


class HandoffReturn(_OnHandoff):
    form_class = ReturnHandoffForm
    move = Move.RETURN
    title = _("Return, with a reason")
    done = _("Returned. It no longer waits for you")

    def perform(self, form: ReturnHandoffForm) -> Location:
        return_handoff(self.thing, by=self.person, **form.facts())
        return "complaints:inbox"


class HandoffNew(_OnHandoff):
    pass


class HandoffPage(_OnHandoff):
    pass


class HandoffAnswer(_OnHandoff):
    pass


class HandoffSettlement(_OnHandoff):
    pass


class HandoffQuestion(_OnHandoff):
    pass


class HandoffRedirection(_OnHandoff):
    pass


class HandoffAssignment(_OnHandoff):
    pass


class HandoffWithdrawal(_OnHandoff):
    pass


class HandoffMessage(_OnHandoff):
    pass


class HandoffChase(_OnHandoff):
    pass
