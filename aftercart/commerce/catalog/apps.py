from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "aftercart.commerce.catalog"
    label = "catalog"
