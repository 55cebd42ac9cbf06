from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "aftercart.commerce.customers"
    label = "customers"
