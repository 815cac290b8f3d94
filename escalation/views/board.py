"""Being built."""

from complaints.views.acting import ActionView


class Board(ActionView):
    pass

