from django.apps import AppConfig


class ShipmentsConfig(AppConfig):
    name = "aftercart.delivery.shipments"
    label = "shipments"
