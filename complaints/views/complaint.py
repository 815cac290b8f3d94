"""Being built."""

from complaints.views.acting import ActionView


class ComplaintPage(ActionView):
    pass

