from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "aftercart.web.dashboard"
    label = "web_dashboard"
