from django.db import models

from aftercart.core.models import DueWork, Store


class Journey(models.Model):
    """A flow that a store runs. Its versions say what it does; switched off, it enrolls nobody."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    key = models.SlugField(max_length=60)
    active = models.BooleanField(default=True, db_default=True)
    published = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("store", "key"), name="journey_key"),)


class JourneyVersion(models.Model):
    """A published definition, never changed afterwards."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    journey = models.ForeignKey(Journey, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("store", "journey", "number"), name="version_number"),
        )


class Enrollment(DueWork):
    """One subject in one journey version. `subject` is what may be enrolled only once at a time."""

    class State(models.TextChoices):
        ACTIVE = "active"
        DONE = "done"
        CANCELLED = "cancelled"

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    journey = models.ForeignKey(Journey, models.CASCADE, related_name="+")
    version = models.ForeignKey(JourneyVersion, models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="+")
    subject = models.CharField(max_length=160)
    state = models.CharField(max_length=10, choices=State.choices, db_default="active")
    reason = models.CharField(max_length=200, blank=True, db_default="")
    step = models.PositiveSmallIntegerField(default=0, db_default=0)
    context = models.JSONField(default=dict, db_default={})
    enrolled_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("store", "journey", "subject"), name="enrolled_once"),
        )
        indexes = (
            models.Index(
                fields=("due_at",), name="enrollment_due", condition=models.Q(due_at__isnull=False)
            ),
            models.Index(fields=("store", "order"), name="enrollment_of_order"),
        )
