"""How one person likes their desk: no business fact, so no event."""

from django.db import transaction

from complaints.models import Preferences, User


@transaction.atomic
def set_preferences(*, by: User, **chosen: str | bool) -> Preferences:
    """Keep this person's language, theme, density and whether single keys are on; what is not named stays."""
    preferences, _made = Preferences.objects.update_or_create(user=by, defaults=chosen)
    return preferences
