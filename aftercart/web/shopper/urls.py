"""The shopper's addresses that Django answers; the tracking page itself is the edge's."""

from django.urls import path

from aftercart.web.shopper import views

urlpatterns = [
    path("", views.lookup, name="lookup"),
    path("<slug:slug>/", views.lookup, name="lookup_of_store"),
]
