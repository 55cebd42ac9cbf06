from django.contrib.postgres.fields import ArrayField
from django.db import models

from aftercart.core.models import Store


class Shipment(models.Model):
    """One tracked parcel, the carrier's. Its state is folded from all its scans.

    `reference` is what it is known by: `n:` and the normalised tracking number, or `f:` and the
    fulfillment's id where the merchant gave none. A parcel may be known before any order is.
    `estimate_at` and `details_at` are as of when a source told the estimate and the rest beside
    the scans; `told` are the milestones told so far, that none is told again which a late scan
    takes back for a while; scans before `counts_from` are of an earlier parcel with the same
    number. `carrier_from` says how the carrier is known; `piece_id` is what the carrier itself
    knows the parcel by, where it uses its numbers again.

    No column that a scan changes is in an index, so that most updates stay on their page.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    reference = models.CharField(max_length=120)
    tracking_number = models.CharField(max_length=100, blank=True, db_default="")
    carrier = models.CharField(max_length=40, blank=True, db_default="")
    carrier_name = models.CharField(max_length=120, blank=True, db_default="")
    carrier_from = models.CharField(max_length=10, blank=True, db_default="")
    tracking_url = models.CharField(max_length=1000, blank=True, db_default="")
    status = models.CharField(max_length=24, db_default="pending")
    reason = models.CharField(max_length=32, blank=True, db_default="")
    code = models.CharField(max_length=60, blank=True, db_default="")
    status_at = models.DateTimeField(null=True)
    picked_up_at = models.DateTimeField(null=True)
    in_transit_at = models.DateTimeField(null=True)
    out_for_delivery_at = models.DateTimeField(null=True)
    first_attempt_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    last_scan_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    expected_from = models.DateTimeField(null=True)
    expected_until = models.DateTimeField(null=True)
    expected_date = models.DateField(null=True)
    first_expected_date = models.DateField(null=True)
    signed_by = models.CharField(max_length=120, blank=True, db_default="")
    service = models.CharField(max_length=120, blank=True, db_default="")
    weight_grams = models.IntegerField(null=True)
    is_return = models.BooleanField(default=False, db_default=False)
    origin = models.JSONField(null=True)
    destination = models.JSONField(null=True)
    shipped_on = models.DateField(null=True)
    delivered_to = models.CharField(max_length=120, blank=True, db_default="")
    proof_url = models.CharField(max_length=1000, blank=True, db_default="")
    piece_id = models.CharField(max_length=120, blank=True, db_default="")
    handed_over_to = models.CharField(max_length=40, blank=True, db_default="")
    handed_over_number = models.CharField(max_length=100, blank=True, db_default="")
    estimate_at = models.DateTimeField(null=True)
    details_at = models.DateTimeField(null=True)
    counts_from = models.DateTimeField(null=True)
    told = models.CharField(max_length=200, blank=True, db_default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("store", "reference"), name="shipment_reference"),
        )


class ShipmentContent(models.Model):
    """Which fulfillment of which order travels in which parcel; not `active` once re-numbered."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_constraint=False)
    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="contents")
    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="+")
    fulfillment = models.ForeignKey("orders.Fulfillment", models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(db_default=0)
    active = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("store", "shipment", "fulfillment"), name="content_once"
            ),
        )
        indexes = (
            models.Index(fields=("store", "order"), name="content_by_order"),
            models.Index(fields=("store", "fulfillment"), name="content_by_fulfillment"),
        )


class TrackingEvent(models.Model):
    """One scan. The fingerprint makes the same scan, told twice, one row.

    Its status was read from the carrier's code, else from its words (`by_text`), else it is what
    the store's team gave the code (`by_hand`, see `CarrierCode`).
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_constraint=False)
    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="scans")
    fingerprint = models.BinaryField(max_length=16)
    source = models.CharField(max_length=160)
    occurred_at = models.DateTimeField()
    zone_known = models.BooleanField(default=True, db_default=True)
    utc_offset_minutes = models.SmallIntegerField(null=True)
    status = models.CharField(max_length=24)
    reason = models.CharField(max_length=32, blank=True, db_default="")
    code = models.CharField(max_length=60, blank=True, db_default="")
    text = models.CharField(max_length=1000, blank=True, db_default="")
    by_text = models.BooleanField(default=False, db_default=False)
    by_hand = models.BooleanField(default=False, db_default=False)
    city = models.CharField(max_length=120, blank=True, db_default="")
    region = models.CharField(max_length=120, blank=True, db_default="")
    postcode = models.CharField(max_length=20, blank=True, db_default="")
    country = models.CharField(max_length=60, blank=True, db_default="")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("store", "shipment", "fingerprint"), name="scan_once"),
        )
        indexes = (
            models.Index(
                fields=("store", "code"),
                name="scan_of_unknown_code",
                condition=models.Q(status="unknown") | models.Q(by_hand=True),
            ),
        )


class ScanTelling(models.Model):
    """An event of a source that told of a scan, by its own id, so that it can be taken back.

    Several events may tell one scan, which goes when all of them are retracted. The estimate came
    with the event. An event that was retracted before it was told has no scan.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_constraint=False)
    source = models.CharField(max_length=160)
    external_id = models.CharField(max_length=120)
    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="+")
    scan_id = models.BigIntegerField(null=True)
    told_at = models.DateTimeField(null=True)
    expected_from = models.DateTimeField(null=True)
    expected_until = models.DateTimeField(null=True)
    expected_date = models.DateField(null=True)
    retracted = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("store", "source", "external_id", "shipment"), name="telling_once"
            ),
        )
        indexes = (models.Index(fields=("store", "shipment"), name="telling_of_parcel"),)


class NumberShape(models.Model):
    """A merchant corrected the carrier of numbers of this shape (see `numbers.shapes`)."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    shape = models.CharField(max_length=100)
    carrier = models.CharField(max_length=40)
    corrected_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("store", "shape"), name="one_per_shape"),)


class CarrierCode(models.Model):
    """A code of a carrier that nobody knows, or that the store's team gave a meaning.

    `code` is the carrier's own, or where it sends none, `words:` and its words. `status` is empty
    until somebody gives it one. Scans are counted when they first arrive.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    carrier = models.CharField(max_length=40)
    code = models.CharField(max_length=120)
    text = models.CharField(max_length=200, blank=True, db_default="")
    scans = models.PositiveIntegerField(db_default=0)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    status = models.CharField(max_length=24, blank=True, db_default="")
    reason = models.CharField(max_length=32, blank=True, db_default="")
    decided_by = models.CharField(max_length=254, blank=True, db_default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("store", "carrier", "code"), name="carrier_code_once"),
        )


class ScanTally(models.Model):
    """How many scans a source told of a carrier's parcels in a day, and how late.

    Several rows (`slot`) count one day, so that workers do not wait for each other. `lags` counts
    by the steps of `lags.MINUTES`; only what happened after we knew of the parcel has a lag.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    day = models.DateField()
    source = models.CharField(max_length=160)
    carrier = models.CharField(max_length=40, blank=True, db_default="")
    slot = models.PositiveSmallIntegerField()
    scans = models.PositiveIntegerField(db_default=0)
    unknown = models.PositiveIntegerField(db_default=0)
    by_text = models.PositiveIntegerField(db_default=0)
    without_zone = models.PositiveIntegerField(db_default=0)
    without_place = models.PositiveIntegerField(db_default=0)
    lags = ArrayField(models.PositiveIntegerField())

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("store", "day", "source", "carrier", "slot"), name="one_tally"
            ),
        )
