"""Every address of the desk."""

from django.contrib import admin
from django.urls import include, path

from complaints.views.me import choose_language
from config.health import healthz

urlpatterns = [
    path("healthz", healthz),
    path("account/", include("allauth.account.urls")),
    path("language/", choose_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("", include("complaints.urls")),
    path("", include("escalation.urls")),
    path("", include("followups.urls")),
]
