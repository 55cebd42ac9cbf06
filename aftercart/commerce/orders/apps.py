from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "aftercart.commerce.orders"
    label = "orders"
