"""Being built."""

from complaints.views.acting import ActionView


class CausePage(ActionView):
    pass


class UndeterminedNew(ActionView):
    pass


class NewFacts(ActionView):
    pass


class Improvements(ActionView):
    pass


class ImprovementNew(ActionView):
    pass


class ImprovementNone(ActionView):
    pass

