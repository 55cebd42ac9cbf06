"""The public addresses of logos, which mails and pages carry."""

from django.urls import re_path

from aftercart.web.shopper import views

urlpatterns = [
    re_path(
        r"^(?P<slug>[-\w]+)/logo-(?P<digest>[0-9a-f]{24})\.(?P<ending>png|jpg|webp)$",
        views.logo,
        name="logo",
    ),
]
