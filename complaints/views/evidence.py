"""Being built."""

from complaints.views.acting import ActionView


class EvidenceNew(ActionView):
    pass


class HandoffFileNew(ActionView):
    pass


class EvidenceFile(ActionView):
    pass

