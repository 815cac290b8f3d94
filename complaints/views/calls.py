"""Being built."""

from complaints.views.acting import ActionView


class CallNew(ActionView):
    pass


class ReadBack(ActionView):
    pass

