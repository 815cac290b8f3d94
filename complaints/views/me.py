"""Being built."""

from complaints.views.acting import ActionView


class PreferencesPage(ActionView):
    pass

