"""Being built."""

from complaints.views.acting import ActionView


class Inbox(ActionView):
    pass

