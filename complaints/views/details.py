"""Being built."""

from complaints.views.acting import ActionView


class Details(ActionView):
    pass


class Owner(ActionView):
    pass


class PersonComplainedOf(ActionView):
    pass


class IssueNew(ActionView):
    pass

