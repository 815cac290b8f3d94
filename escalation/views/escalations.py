"""Being built."""

from complaints.views.acting import ActionView


class EscalationNew(ActionView):
    pass


class EscalationPage(ActionView):
    pass


class Acknowledgement(ActionView):
    pass


class Decision(ActionView):
    pass


class Question(ActionView):
    pass


class Answer(ActionView):
    pass


class Completion(ActionView):
    pass

