from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "aftercart.web.api"
    label = "web_api"
