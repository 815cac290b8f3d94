"""Being built."""

from complaints.views.acting import ActionView


class Home(ActionView):
    pass

