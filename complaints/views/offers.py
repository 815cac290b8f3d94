"""Being built."""

from complaints.views.acting import ActionView


class Offers(ActionView):
    pass


class OfferNew(ActionView):
    pass


class OfferPage(ActionView):
    pass


class OfferAcceptance(ActionView):
    pass


class OfferRefusal(ActionView):
    pass


class OfferWithdrawal(ActionView):
    pass


class OfferFailure(ActionView):
    pass


class ItemFulfilment(ActionView):
    pass

