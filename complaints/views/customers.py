"""Being built."""

from complaints.views.acting import ActionView


class CustomerPage(ActionView):
    pass


class CustomerDetails(ActionView):
    pass


class EnquiryNew(ActionView):
    pass

