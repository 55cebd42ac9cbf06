from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "aftercart.intake"
    label = "intake"
