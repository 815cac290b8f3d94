"""Being built."""

from complaints.views.acting import ActionView


class Verification(ActionView):
    pass


class Accounts(ActionView):
    pass


class AccountNew(ActionView):
    pass


class DifferenceNew(ActionView):
    pass


class DifferenceFinding(ActionView):
    pass


class Verdicts(ActionView):
    pass


class VerdictPage(ActionView):
    pass


class VerificationEnd(ActionView):
    pass

