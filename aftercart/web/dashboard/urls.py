"""The dashboard's addresses."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

from aftercart.web.dashboard.converters import RowId
from aftercart.web.dashboard.views import (
    brand,
    carriers,
    connections,
    home,
    imports,
    invitations,
    mailbox,
    members,
    messages,
    order,
    orders,
    parcel,
    parked,
    privacy,
    profile,
    stores,
)

register_converter(RowId, "id")

brand_urls = [
    path("", brand.brand, name="brand"),
    path("logo/", brand.logo, name="brand_logo"),
    path("preview/<slug:kind>/", brand.preview, name="brand_preview"),
]

connection_urls = [
    path("", connections.connection_list, name="connections"),
    path("add/", connections.choose, name="connection_choose"),
    path("add/<slug:system>/", connections.add, name="connection_add"),
    path("<id:connection_id>/", connections.connection, name="connection"),
    path("<id:connection_id>/change/", connections.change, name="connection_change"),
    path("<id:connection_id>/rename/", connections.rename, name="connection_rename"),
    path("<id:connection_id>/rotate/", connections.rotate, name="connection_rotate"),
    path("<id:connection_id>/pause/", connections.pause, name="connection_pause"),
    path("<id:connection_id>/resume/", connections.resume, name="connection_resume"),
    path("<id:connection_id>/remove/", connections.remove, name="connection_remove"),
    path("<id:connection_id>/parked/retry-all/", parked.retry_all, name="retry_all"),
    path("<id:connection_id>/parked/retry/", parked.retry, name="retry"),
    path("<id:connection_id>/parked/dismiss/", parked.dismiss, name="dismiss"),
    path("<id:connection_id>/parked/restore/", parked.restore, name="restore"),
]

carrier_urls = [
    path("", carriers.carrier_list, name="carriers"),
    path("codes/<id:code_id>/", carriers.carrier_code, name="carrier_code"),
    path("stopped/<slug:reason>/", carriers.stopped, name="carriers_stopped"),
    path("stopped/<slug:reason>/again/", carriers.ask_again, name="carriers_ask_again"),
    path("sources/<id:source_id>/", carriers.source, name="carrier_source"),
    path("of/<slug:carrier_slug>/", carriers.carrier, name="carrier"),
    path("of/<slug:carrier_slug>/first/", carriers.ask_first, name="carrier_ask_first"),
]

member_urls = [
    path("", members.member_list, name="members"),
    path("invite/", members.invite, name="invite"),
    path("<id:member_id>/role/", members.change_role, name="member_role"),
    path("<id:member_id>/remove/", members.remove, name="member_remove"),
    path("invitations/<id:invitation_id>/again/", members.invite_again, name="invite_again"),
    path("invitations/<id:invitation_id>/revoke/", members.revoke, name="invite_revoke"),
]

store_urls = [
    path("", stores.store_list, name="stores"),
    path("add/", stores.store_add, name="store_add"),
    path("this/", stores.store_settings, name="store_settings"),
]

privacy_urls = [
    path("", privacy.request_list, name="privacy"),
    path("<id:request_id>/data.json", privacy.data, name="privacy_data"),
    path("<id:request_id>/done/", privacy.done, name="privacy_done"),
]

import_urls = [
    path("", imports.import_list, name="imports"),
    path("<id:run_id>/", imports.import_page, name="import"),
    path("<id:run_id>/start/", imports.start, name="import_start"),
    path("<id:run_id>/cancel/", imports.cancel, name="import_cancel"),
    path("<id:run_id>/failed.csv", imports.failed_rows, name="import_failed"),
]

order_urls = [
    path("", orders.order_list, name="orders"),
    path("orders.csv", orders.orders_file, name="orders_file"),
    path("<id:order_id>/", order.order, name="order"),
    path("<id:order_id>/parcels/<id:shipment_id>/", parcel.parcel, name="parcel"),
    path(
        "<id:order_id>/parcels/<id:shipment_id>/carrier/",
        parcel.correct_carrier,
        name="parcel_carrier",
    ),
    path("<id:order_id>/parcels/<id:shipment_id>/ask/", parcel.ask_now, name="parcel_ask"),
]

message_urls = [
    path("", messages.message_list, name="messages"),
    path("test/", home.test_mail, name="test_mail"),
    path("again/", messages.resend_chosen, name="resend_chosen"),
    path("<id:message_id>/again/", messages.resend, name="resend"),
    path("<id:message_id>/", messages.message, name="message"),
    path("<id:message_id>/body/", messages.message_body, name="message_body"),
]

pages: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("orders-by-day.csv", home.orders_by_day, name="orders_by_day"),
    path("hints/<slug:page>/dismiss/", home.dismiss_hint, name="dismiss_hint"),
    path("orders/", include(order_urls)),
    path("messages/", include(message_urls)),
    path("mailbox/", mailbox.mailbox, name="mailbox"),
    path("imports/", include(import_urls)),
    path("settings/connections/", include(connection_urls)),
    path("settings/carriers/", include(carrier_urls)),
    path("settings/brand/", include(brand_urls)),
    path("settings/privacy/", include(privacy_urls)),
    path("settings/members/", include(member_urls)),
    path("settings/stores/", include(store_urls)),
    path("leave/", members.leave, name="leave"),
    path("profile/", profile.profile, name="profile"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
]

urlpatterns = [path("", include((pages, "dashboard")))]
