from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from aftercart.core.models import DueWork, Store


class Connection(DueWork):
    """A store's link to an outside system. `public_id` is its unguessable intake address.

    `source` owns the external ids of what comes in (`shopify:acme.myshopify.com`), so that a
    connection made anew finds its old orders. `due_at` is when the next pull (reconciliation,
    polling) is due. `credentials` are sealed; `settings` hold nothing secret. `redacted_at` is when
    the shop demanded that its data be erased: from then on nothing of it is taken in.
    """

    class State(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"
        BROKEN = "broken"
        REMOVED = "removed"

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=40)
    system = models.CharField(max_length=30)
    source = models.CharField(max_length=160)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, db_default="active")
    credentials = models.BinaryField(null=True)
    settings = models.JSONField(default=dict, db_default={})
    cursor = models.JSONField(default=dict, db_default={})
    error = models.CharField(max_length=500, blank=True, db_default="")
    error_at = models.DateTimeField(null=True)
    last_delivery_at = models.DateTimeField(null=True)
    last_pull_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    redacted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("store", "public_id"), name="connection_address"),
            models.UniqueConstraint(
                fields=("store", "source"),
                name="one_live_connection",
                condition=models.Q(removed_at=None),
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",), name="connection_due", condition=models.Q(due_at__isnull=False)
            ),
        )


class InboxEntry(DueWork):
    """One delivery from outside, kept as it came; `dedupe_key` is how its system recognises it."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        IGNORED = "ignored"
        WAITING = "waiting"
        PARKED = "parked"

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    dedupe_key = models.BinaryField(max_length=32)
    topic = models.CharField(max_length=80, blank=True, db_default="")
    headers = models.JSONField(default=dict, db_default={})
    body = models.BinaryField()
    quiet = models.BooleanField(default=False, db_default=False)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, db_default="pending")
    error = models.CharField(max_length=1000, blank=True, db_default="")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("store", "connection", "dedupe_key"), name="delivery_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",), name="inbox_due", condition=models.Q(due_at__isnull=False)
            ),
            models.Index(
                "store",
                "connection",
                models.F("received_at").desc(),
                name="inbox_parked",
                condition=models.Q(state__in=["parked", "waiting"]),
            ),
            BrinIndex(fields=("received_at",), name="inbox_oldest"),
        )


class DeliveryHour(models.Model):
    """How many deliveries of a connection were settled in an hour (by when they were received)."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    hour = models.DateTimeField()
    done = models.PositiveIntegerField(default=0, db_default=0)
    ignored = models.PositiveIntegerField(default=0, db_default=0)
    parked = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("store", "connection", "hour"), name="one_count_per_hour"
            ),
        )


class WorkerBeat(models.Model):
    """A worker says that it is alive, and what went wrong last with each kind of its work."""

    name = models.CharField(max_length=120, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    state = models.JSONField(default=dict, db_default={})


class ImportRun(models.Model):
    """An import with its progress and its report: a shop's first 60 days, or an uploaded file."""

    class State(models.TextChoices):
        PREVIEW = "preview"
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30)
    state = models.CharField(max_length=10, choices=State.choices, db_default="waiting")
    filename = models.CharField(max_length=255, blank=True, db_default="")
    content = models.BinaryField(null=True)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0, db_default=0)
    failed = models.PositiveIntegerField(default=0, db_default=0)
    cursor = models.JSONField(default=dict, db_default={})
    report = models.JSONField(default=dict, db_default={})
    error = models.CharField(max_length=500, blank=True, db_default="")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index("store", models.F("created_at").desc(), name="import_newest"),)


class ImportPiece(models.Model):
    """Some hundred rows of an uploaded file, imported in one transaction.

    `content` is JSON of `[[line, [cell, …]], …]`; once imported, only the rows that failed are
    kept, with `problems`: `[{line, column, problem}, …]`.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    content = models.BinaryField()
    problems = models.JSONField(default=list, db_default=[])

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("store", "run", "number"), name="piece_of_import"),
        )


class ApiReply(models.Model):
    """The stored reply to a request with an Idempotency-Key, replayed for 24 hours."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("store", "connection", "key"), name="idempotency_key_once"
            ),
        )


class Feed(DueWork):
    """A connection that can be asked after parcels: when next, how much was asked, how it does.

    Exactly one worker has it at a time, so that its limits hold however many there are. `uses`
    counts the requests of each limit's window (`following.rules.quota`), those about to be made
    included; `remaining` and `resets_at` are what the source itself said. `behind` is how many
    seconds late it asks since its quota does not suffice. `posted_at` is when it last told news by
    itself.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    uses = models.JSONField(default=dict, db_default={})
    remaining = models.IntegerField(null=True)
    resets_at = models.DateTimeField(null=True)
    breaker = models.CharField(max_length=10, db_default="closed")
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    opened_at = models.DateTimeField(null=True)
    trial_at = models.DateTimeField(null=True)
    identified_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)
    behind = models.PositiveIntegerField(default=0, db_default=0)
    error = models.CharField(max_length=500, blank=True, db_default="")
    error_at = models.DateTimeField(null=True)
    requests = models.BigIntegerField(default=0, db_default=0)
    parcels = models.BigIntegerField(default=0, db_default=0)
    news = models.BigIntegerField(default=0, db_default=0)
    failed = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("store", "connection"), name="feed_of_connection"),
        )
        indexes = (
            models.Index(
                fields=("due_at",), name="feed_due", condition=models.Q(due_at__isnull=False)
            ),
        )


class Poll(DueWork):
    """A parcel that sources are asked after, or why it no longer is (`stopped`).

    `carrier` decides which source is asked. `last_hash` is of what was heard last and from whom;
    `memo` is what the tracker of each connection asked to remember, by the connection's id. `tried`
    are the carriers that did not know a silent parcel's number, while another is tried.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_constraint=False)
    shipment = models.ForeignKey("shipments.Shipment", models.CASCADE, related_name="+")
    number = models.CharField(max_length=100)
    carrier = models.CharField(max_length=40, blank=True, db_default="")
    last_hash = models.BinaryField(max_length=16, null=True)
    memo = models.JSONField(default=dict, db_default={})
    tried = models.JSONField(default=list, db_default=[])
    pushed_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True, db_default="")
    stopped = models.CharField(max_length=12, blank=True, db_default="")
    stopped_at = models.DateTimeField(null=True)
    restarted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("store", "shipment"), name="poll_of_parcel"),
        )
        indexes = (
            models.Index(
                fields=("store", "carrier", "due_at"),
                name="poll_due",
                condition=models.Q(due_at__isnull=False),
            ),
            models.Index(
                fields=("store", "stopped", "stopped_at"),
                name="poll_stopped",
                condition=models.Q(stopped_at__isnull=False),
            ),
        )
