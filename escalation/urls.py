"""Addresses of trouble: the board and the escalations."""

from django.urls import path

import complaints.converters  # noqa: F401  (ref and pk)
from escalation.views import board, escalations

app_name = "escalation"

urlpatterns = [
    path("board/", board.Board.as_view(), name="board"),
    path("complaints/<ref:ref>/escalations/new/", escalations.EscalationNew.as_view(), name="escalation-new"),
    path("escalations/<pk:pk>/", escalations.EscalationPage.as_view(), name="escalation"),
    path("escalations/<pk:pk>/acknowledgement/", escalations.Acknowledgement.as_view(), name="acknowledgement"),
    path("escalations/<pk:pk>/decision/", escalations.Decision.as_view(), name="decision"),
    path("escalations/<pk:pk>/question/", escalations.Question.as_view(), name="question"),
    path("escalations/<pk:pk>/answer/", escalations.Answer.as_view(), name="answer"),
    path("escalations/<pk:pk>/completion/", escalations.Completion.as_view(), name="completion"),
]
