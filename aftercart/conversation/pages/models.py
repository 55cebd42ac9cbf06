from django.db import models

from aftercart.core.models import Store


class Brand(models.Model):
    """How a store looks on its pages and in its mails."""

    store = models.OneToOneField(Store, models.CASCADE, related_name="+")
    accent = models.CharField(max_length=7, default="#1f4d3a")
    background = models.CharField(max_length=7, default="#ffffff")
    logo = models.BinaryField(null=True)
    logo_type = models.CharField(max_length=20, blank=True, db_default="")
    logo_width = models.PositiveSmallIntegerField(null=True)
    logo_height = models.PositiveSmallIntegerField(null=True)
    logo_hash = models.CharField(max_length=32, blank=True, db_default="")
    sender_name = models.CharField(max_length=120, blank=True, db_default="")
    reply_to = models.CharField(max_length=254, blank=True, db_default="")
    footer = models.CharField(max_length=500, blank=True, db_default="")
    updated_at = models.DateTimeField(null=True)


class TrackingPage(models.Model):
    """The rendered page of one order, by its token: sent as bytes, made anew when it is stale.

    `body` is gzip. `fresh_until` is when a relative word on it ("tomorrow") stops being true.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="+")
    token = models.CharField(max_length=40)
    stale = models.BooleanField(default=True, db_default=True)
    generation = models.PositiveIntegerField(default=0, db_default=0)
    body = models.BinaryField(null=True)
    etag = models.CharField(max_length=40, blank=True, db_default="")
    rendered_at = models.DateTimeField(null=True)
    fresh_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("store", "token"), name="page_token"),
            models.UniqueConstraint(fields=("store", "order"), name="page_of_order"),
        )


class LookupCount(models.Model):
    """How often something was tried in one span of time.

    `key` is a keyed hash of who or what is counted, so that the table tells nothing about people.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("store", "key", "starts_at"), name="lookup_counted_once"
            ),
        )
