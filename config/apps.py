from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Rallypoint"

    def ready(self) -> None:
        from config import auditor

        auditor.connect()
