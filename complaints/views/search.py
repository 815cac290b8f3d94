"""Being built."""

from complaints.views.acting import ActionView


class Search(ActionView):
    pass

