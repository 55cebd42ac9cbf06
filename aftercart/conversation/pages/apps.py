from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "aftercart.conversation.pages"
    label = "pages"
