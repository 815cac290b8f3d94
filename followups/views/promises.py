"""Being built."""

from complaints.views.acting import ActionView


class PromisePage(ActionView):
    pass


class Keeping(ActionView):
    pass


class Redating(ActionView):
    pass


class Telling(ActionView):
    pass


class Release(ActionView):
    pass

