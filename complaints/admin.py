"""The configuration pages: people, departments, categories, causes, limits.

No complaint, customer or letter is registered here, so this is no door round
the gate and shows no customer content (product.md section 2).
"""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.models import Authority, Category, CauseCategory, Department, Membership, User

admin.site.site_header = "Tuntas"
admin.site.site_title = "Tuntas"
admin.site.index_title = _("Setup")
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.unregister(Group)  # memberships are the only rights
admin.site.unregister(EmailAddress)  # a person signs in with User.email and nothing else


class Kept(admin.ModelAdmin):
    """Never deleted: complaints refer to it, and Django's question before deleting would list them."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "full_name")


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 1


@admin.register(User)
class PersonAdmin(Kept, UserAdmin):
    add_form = NewUserForm
    list_display = ("full_name", "email", "is_active", "is_staff")
    list_filter = ("is_active", "memberships__department", "memberships__role")
    search_fields = ("full_name", "email")
    ordering = ("full_name",)
    filter_horizontal = ()
    inlines = [MembershipInline]
    fieldsets = (
        (None, {"fields": ("email", "full_name", "password")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "full_name", "usable_password", "password1", "password2")}),)

    def get_queryset(self, request):  # type: ignore[no-untyped-def]
        return super().get_queryset(request).filter(is_system=False, speaks_for="")


@admin.register(Department)
class DepartmentAdmin(Kept):
    list_display = ("name", "takes_complaints", "is_outside")


@admin.register(Category)
class CategoryAdmin(Kept):
    list_display = ("name", "is_misinformation")


@admin.register(CauseCategory)
class CauseCategoryAdmin(Kept):
    list_display = ("__str__", "blames_a_person", "is_misinformation")
    list_select_related = ("parent",)


@admin.register(Authority)
class AuthorityAdmin(Kept):
    list_display = ("role", "currency", "limit")
    list_editable = ("limit",)
