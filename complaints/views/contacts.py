"""Being built."""

from complaints.views.acting import ActionView


class ContactNew(ActionView):
    pass


class NoteNew(ActionView):
    pass


class AdditionNew(ActionView):
    pass


class FinalReply(ActionView):
    pass

