from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "aftercart.conversation.journeys"
    label = "journeys"
