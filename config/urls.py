"""Every address of the desk."""

from django.contrib import admin
from django.urls import include, path

from config.health import healthz

urlpatterns = [
    path("healthz", healthz),
    path("account/", include("allauth.account.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("", include("complaints.urls")),
    path("", include("escalation.urls")),
    path("", include("followups.urls")),
]
