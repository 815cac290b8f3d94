"""An e-mail of this morning, to Kuala Lumpur, in English: received, not answered yet."""

from demo.days import KUALA_LUMPUR as KL
from demo.telling import Stage, Story, caller, take


def tell(stage: Stage) -> Story:
    days, faizal = stage.days, stage.cast.faizal

    yield days.back(0, "8:55", KL)
    ravi = caller(faizal, "Ravi Chandran", "Mr", emails=["ravi.chandran@mail.example"], language="en", country="MY")
    take(
        ravi,
        "Hello, I ordered the rice cooker in white and received a red one. It is a wedding gift for Saturday week. "
        "Please "
        "tell me how to exchange it.",
        by=faizal,
        wants=["exchange"],
        category="Other",
        topic="Periuk nasi, warna salah",
        product="Rice cooker 1.8 l",
        aspect="process",
        severity="low",
        channel="email",
        issues=["Delivered in the wrong colour"],
    )
