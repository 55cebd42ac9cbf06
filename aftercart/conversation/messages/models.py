from django.db import models

from aftercart.core.models import DueWork, Store


class Message(DueWork):
    """One thing to one person on one channel: an outbox row, then the record of what was sent.

    `planned` → `sending` → `sent` → `delivered`/`bounced`/…; a crash between the hand-over and its
    record leaves `unknown`, which is never resent blindly; `skipped` carries its one reason.
    """

    class State(models.TextChoices):
        PLANNED = "planned"
        SENDING = "sending"
        SENT = "sent"
        DELIVERED = "delivered"
        DEFERRED = "deferred"
        BOUNCED = "bounced"
        COMPLAINED = "complained"
        FAILED = "failed"
        SKIPPED = "skipped"
        UNKNOWN = "unknown"

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    channel = models.CharField(max_length=10, db_default="email")
    template = models.CharField(max_length=60)
    order = models.ForeignKey("orders.Order", models.CASCADE, null=True, related_name="+")
    enrollment = models.ForeignKey(
        "journeys.Enrollment", models.PROTECT, null=True, related_name="+"
    )
    recipient = models.CharField(max_length=254)
    context = models.JSONField(default=dict, db_default={})
    state = models.CharField(max_length=12, choices=State.choices, db_default="planned")
    reason = models.CharField(max_length=300, blank=True, db_default="")
    subject = models.CharField(max_length=998, blank=True, db_default="")
    html = models.TextField(blank=True, db_default="")
    text = models.TextField(blank=True, db_default="")
    sender = models.CharField(max_length=320, blank=True, db_default="")
    message_id = models.CharField(max_length=300, blank=True, db_default="")
    provider_id = models.CharField(max_length=300, blank=True, db_default="")
    planned_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "messages_message"
        constraints = (models.UniqueConstraint(fields=("store", "key"), name="message_once"),)
        indexes = (
            models.Index(
                fields=("due_at",), name="message_due", condition=models.Q(due_at__isnull=False)
            ),
            models.Index(fields=("store", "order", "planned_at"), name="message_of_order"),
            models.Index(
                fields=("store", "provider_id"),
                name="message_by_provider_id",
                condition=~models.Q(provider_id=""),
            ),
            models.Index(fields=("store", "planned_at"), name="message_newest"),
        )


class MailboxEntry(models.Model):
    """A mail kept in the app instead of being sent: the demo's mailbox."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    received_at = models.DateTimeField()

    class Meta:
        db_table = "messages_mailboxentry"
        constraints = (models.UniqueConstraint(fields=("store", "message"), name="mailbox_once"),)
        indexes = (models.Index("store", models.F("received_at").desc(), name="mailbox_newest"),)
