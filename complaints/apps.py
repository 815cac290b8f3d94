from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ComplaintsConfig(AppConfig):
    name = "complaints"

    def ready(self) -> None:
        autodiscover_modules("reactions")  # each sibling's one receiver of `timeline.recorded`
