from django.db import models

from aftercart.core.models import Store


class Product(models.Model):
    """A product of the shop, as line items refer to it."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    source = models.CharField(max_length=160)
    external_id = models.CharField(max_length=120)
    title = models.CharField(max_length=500, blank=True, db_default="")
    handle = models.CharField(max_length=300, blank=True, db_default="")
    url = models.CharField(max_length=1000, blank=True, db_default="")
    image_url = models.CharField(max_length=1000, blank=True, db_default="")
    vendor = models.CharField(max_length=300, blank=True, db_default="")
    product_type = models.CharField(max_length=300, blank=True, db_default="")
    source_updated_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("store", "source", "external_id"), name="product_of_source"
            ),
        )
