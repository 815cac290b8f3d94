"""Addresses of trouble: the board and the escalations."""

from django.urls import path

from escalation.views import board, escalations

app_name = "escalation"

urlpatterns = [
    path("board/", board.Board.as_view(), name="board"),
    path("complaints/<str:ref>/escalations/new/", escalations.EscalationNew.as_view(), name="escalation-new"),
    path("escalations/<int:pk>/", escalations.EscalationPage.as_view(), name="escalation"),
    path("escalations/<int:pk>/acknowledgement/", escalations.Acknowledgement.as_view(), name="acknowledgement"),
    path("escalations/<int:pk>/decision/", escalations.Decision.as_view(), name="decision"),
    path("escalations/<int:pk>/question/", escalations.Question.as_view(), name="question"),
    path("escalations/<int:pk>/answer/", escalations.Answer.as_view(), name="answer"),
    path("escalations/<int:pk>/completion/", escalations.Completion.as_view(), name="completion"),
]
