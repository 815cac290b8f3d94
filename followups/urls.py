"""Addresses of what we still owe."""

from django.urls import path

import complaints.converters  # noqa: F401  (ref and pk)
from complaints.views.by_link import DeadLink
from followups.views import follow_ups, promises, survey

app_name = "followups"

urlpatterns = [
    path("promises/<pk:pk>/", promises.PromisePage.as_view(), name="promise"),
    path("promises/<pk:pk>/keeping/", promises.Keeping.as_view(), name="promise-keeping"),
    path("promises/<pk:pk>/redating/", promises.Redating.as_view(), name="promise-redating"),
    path("promises/<pk:pk>/telling/", promises.Telling.as_view(), name="promise-telling"),
    path("promises/<pk:pk>/release/", promises.Release.as_view(), name="promise-release"),
    path("follow-ups/<pk:pk>/", follow_ups.FollowUpPage.as_view(), name="follow-up"),
    path("follow-ups/<pk:pk>/result/", follow_ups.Result.as_view(), name="follow-up-result"),
    path("follow-ups/<pk:pk>/tries/new/", follow_ups.Try.as_view(), name="follow-up-try"),
    path("f/<str:token>/", survey.SurveyPage.as_view(), name="survey"),
    path("f/<str:token>/reopening/", survey.Reopening.as_view(), name="survey-reopening"),
    path("f/<path:rest>/", DeadLink.as_view(), name="dead-link"),
]
