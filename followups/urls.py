"""Addresses of what we still owe."""

from django.urls import path

from followups.views import follow_ups, promises

app_name = "followups"

urlpatterns = [
    path("promises/<int:pk>/", promises.PromisePage.as_view(), name="promise"),
    path("promises/<int:pk>/keeping/", promises.Keeping.as_view(), name="promise-keeping"),
    path("promises/<int:pk>/redating/", promises.Redating.as_view(), name="promise-redating"),
    path("promises/<int:pk>/telling/", promises.Telling.as_view(), name="promise-telling"),
    path("promises/<int:pk>/release/", promises.Release.as_view(), name="promise-release"),
    path("follow-ups/<int:pk>/", follow_ups.FollowUpPage.as_view(), name="follow-up"),
    path("follow-ups/<int:pk>/result/", follow_ups.Result.as_view(), name="follow-up-result"),
    path("follow-ups/<int:pk>/tries/new/", follow_ups.Try.as_view(), name="follow-up-try"),
]
