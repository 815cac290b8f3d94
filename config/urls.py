"""Every address of the desk."""

from allauth.account.views import account_inactive, login, logout
from django.contrib import admin
from django.urls import include, path

from complaints.views.me import PasswordChange, choose_language
from config.health import healthz

urlpatterns = [
    path("healthz", healthz),
    # Of allauth only these: an administrator gives accounts, addresses and lost passwords.
    path("account/login/", login, name="account_login"),
    path("account/logout/", logout, name="account_logout"),
    path("account/inactive/", account_inactive, name="account_inactive"),
    path("account/password/change/", PasswordChange.as_view(), name="account_change_password"),
    path("language/", choose_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("", include("complaints.urls")),
    path("", include("escalation.urls")),
    path("", include("followups.urls")),
]
