"""Being built."""

from complaints.views.acting import ActionView


class Queue(ActionView):
    pass

