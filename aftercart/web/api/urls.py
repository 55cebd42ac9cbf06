from django.urls import path

from aftercart.web.api.endpoints import api
from aftercart.web.api.reference import reference

urlpatterns = [path("docs", reference, name="api-reference"), path("", api.urls)]
