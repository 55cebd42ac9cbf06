from django.apps import AppConfig


class ShopperConfig(AppConfig):
    name = "aftercart.web.shopper"
    label = "web_shopper"
