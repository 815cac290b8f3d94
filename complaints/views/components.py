"""Being built."""

from complaints.views.acting import ActionView


class Components(ActionView):
    pass

