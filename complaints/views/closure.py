"""Being built."""

from complaints.views.acting import ActionView


class Closure(ActionView):
    pass


class ExceptionNew(ActionView):
    pass


class ExceptionClosure(ActionView):
    pass


class DeclineNew(ActionView):
    pass


class Decline(ActionView):
    pass


class Reopening(ActionView):
    pass


class Merger(ActionView):
    pass


class Unmerging(ActionView):
    pass

