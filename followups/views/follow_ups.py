"""Being built."""

from complaints.views.acting import ActionView


class FollowUpPage(ActionView):
    pass


class Result(ActionView):
    pass


class Try(ActionView):
    pass

