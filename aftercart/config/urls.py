"""Every address that Django answers; the edge in front answers webhooks and tracking pages."""

from django.urls import include, path

from aftercart.web.dashboard.views.addresses import Addresses

urlpatterns = [
    path("accounts/email/", Addresses.as_view(), name="account_email"),
    path("accounts/", include("allauth.urls")),
    path("track/", include("aftercart.web.shopper.urls")),
    path("brand/", include("aftercart.web.shopper.brand_urls")),
    path("api/v1/", include("aftercart.web.api.urls")),
    path("", include("aftercart.web.dashboard.urls")),
]
