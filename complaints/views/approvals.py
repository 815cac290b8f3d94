"""Being built."""

from complaints.views.acting import ActionView


class ApprovalPage(ActionView):
    pass


class ApprovalYes(ActionView):
    pass


class ApprovalNo(ActionView):
    pass


class ApprovalWithdrawal(ActionView):
    pass


class WaiverNew(ActionView):
    pass

