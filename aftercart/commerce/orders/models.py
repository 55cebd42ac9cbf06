from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F
from django.db.models.functions import Lower, Upper

from aftercart.core.models import Store

MONEY: dict[str, Any] = {"max_digits": 19, "decimal_places": 4}


class Order(models.Model):
    """What somebody bought, as its source last described it.

    `delivery_status` says what the order's parcels say together (a Shipment status, or empty while
    there is no parcel); it is kept here, by the shipments room's word, so that lists need no join,
    and is in no index, so that a parcel's every step need not be written to all of them.
    `fulfillments_listed_at` is as of when the source last told all its fulfillments, so that one
    which is told late and was gone by then stays gone.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    source = models.CharField(max_length=160)
    external_id = models.CharField(max_length=120)
    number = models.CharField(max_length=60)
    token = models.CharField(max_length=40)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="+")
    email = models.CharField(max_length=254, blank=True, db_default="")
    phone = models.CharField(max_length=40, blank=True, db_default="")
    customer_name = models.CharField(max_length=300, blank=True, db_default="")
    locale = models.CharField(max_length=12, blank=True, db_default="")
    currency = models.CharField(max_length=3)
    total = models.DecimalField(**MONEY)
    subtotal = models.DecimalField(**MONEY, db_default=0)
    shipping_total = models.DecimalField(**MONEY, db_default=0)
    tax_total = models.DecimalField(**MONEY, db_default=0)
    discount_total = models.DecimalField(**MONEY, db_default=0)
    refunded_total = models.DecimalField(**MONEY, db_default=0)
    shown_currency = models.CharField(max_length=3, blank=True, db_default="")
    shown_total = models.DecimalField(**MONEY, null=True)
    financial_status = models.CharField(max_length=20, db_default="unknown")
    fulfillment_status = models.CharField(max_length=20, db_default="unfulfilled")
    delivery_status = models.CharField(max_length=24, blank=True, db_default="")
    placed_at = models.DateTimeField()
    source_updated_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=120, blank=True, db_default="")
    closed_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    shipping_address = models.JSONField(null=True)
    billing_address = models.JSONField(null=True)
    ship_country = models.CharField(max_length=2, blank=True, db_default="")
    ship_postcode = models.CharField(max_length=20, blank=True, db_default="")
    time_zone = models.CharField(max_length=64, blank=True, db_default="")
    shipping_method = models.CharField(max_length=200, blank=True, db_default="")
    status_url = models.CharField(max_length=1000, blank=True, db_default="")
    note = models.TextField(blank=True, db_default="")
    tags = models.JSONField(default=list, db_default=[])
    is_test = models.BooleanField(default=False, db_default=False)
    gift_recipient_name = models.CharField(max_length=300, blank=True, db_default="")
    gift_recipient_email = models.CharField(max_length=254, blank=True, db_default="")
    gift_message = models.TextField(blank=True, db_default="")
    fulfillments_listed_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("store", "source", "external_id"), name="order_of_source"
            ),
            models.UniqueConstraint(fields=("store", "token"), name="order_token"),
        )
        indexes = (
            models.Index("store", F("placed_at").desc(), F("id").desc(), name="order_newest"),
            models.Index(
                "store",
                "fulfillment_status",
                F("placed_at").desc(),
                F("id").desc(),
                name="order_by_fulfillment",
            ),
            models.Index("store", Upper("number"), name="order_by_number"),
            models.Index("store", Lower("email"), name="order_by_email"),
            models.Index(fields=("store", "customer"), name="order_by_customer"),
            GinIndex(
                OpClass(Lower("customer_name"), name="gin_trgm_ops"), name="order_by_name_part"
            ),
        )


class OrderAlias(models.Model):
    """What a lesser source calls an order that a better one tells of: see `rules.rank`."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_constraint=False)
    source = models.CharField(max_length=160)
    external_id = models.CharField(max_length=120)
    order = models.ForeignKey(Order, models.CASCADE, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("store", "source", "external_id"), name="alias_of_source"
            ),
        )
        indexes = (models.Index(fields=("store", "order"), name="alias_of_order"),)


class LineItem(models.Model):
    """One line of an order. A line that left the order keeps its row with `current_quantity` 0.

    A line without a title is only known from a fulfillment so far.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_constraint=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    external_id = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(db_default=0)
    product_external_id = models.CharField(max_length=120, blank=True, db_default="")
    title = models.CharField(max_length=500)
    variant_title = models.CharField(max_length=500, blank=True, db_default="")
    sku = models.CharField(max_length=255, blank=True, db_default="")
    quantity = models.IntegerField()
    current_quantity = models.IntegerField()
    price = models.DecimalField(**MONEY, db_default=0)
    discount = models.DecimalField(**MONEY, db_default=0)
    image_url = models.CharField(max_length=1000, blank=True, db_default="")
    requires_shipping = models.BooleanField(db_default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("store", "order", "external_id"), name="line_of_order"),
        )


class Fulfillment(models.Model):
    """The merchant's act of sending some items. `parcels` is what the merchant entered.

    `items_told_at` is as of when a source last said which items; NULL where none ever did.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_constraint=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="fulfillments")
    external_id = models.CharField(max_length=120)
    status = models.CharField(max_length=12)
    parcels = models.JSONField(default=list, db_default=[])
    service = models.CharField(max_length=120, blank=True, db_default="")
    location = models.CharField(max_length=120, blank=True, db_default="")
    fulfilled_at = models.DateTimeField()
    source_updated_at = models.DateTimeField()
    items_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("store", "order", "external_id"), name="fulfillment_of_order"
            ),
        )
        indexes = (
            models.Index(fields=("store", "external_id"), name="fulfillment_by_external_id"),
        )


class FulfillmentItem(models.Model):
    """How many of a line went with a fulfillment: how each item knows its parcel."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_constraint=False)
    fulfillment = models.ForeignKey(Fulfillment, models.CASCADE, related_name="items")
    line_item = models.ForeignKey(LineItem, models.CASCADE, related_name="+")
    quantity = models.IntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("store", "fulfillment", "line_item"), name="line_once_in_fulfillment"
            ),
        )
        indexes = (models.Index(fields=("store", "line_item"), name="fulfillment_item_by_line"),)


class Refund(models.Model):
    """Money given back."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_constraint=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="refunds")
    external_id = models.CharField(max_length=120)
    amount = models.DecimalField(**MONEY)
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=500, blank=True, db_default="")
    items = models.JSONField(default=list, db_default=[])
    refunded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("store", "order", "external_id"), name="refund_of_order"
            ),
        )
