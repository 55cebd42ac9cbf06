from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "aftercart.conversation.consent"
    label = "consent"
