import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
        ("intake", "0005_redacted"),
        ("shipments", "0005_codes_and_tallies"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("lease", models.UUIDField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("uses", models.JSONField(db_default={}, default=dict)),
                ("remaining", models.IntegerField(null=True)),
                ("resets_at", models.DateTimeField(null=True)),
                ("breaker", models.CharField(db_default="closed", max_length=10)),
                ("failures", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("opened_at", models.DateTimeField(null=True)),
                ("trial_at", models.DateTimeField(null=True)),
                ("identified_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("behind", models.PositiveIntegerField(db_default=0, default=0)),
                ("error", models.CharField(blank=True, db_default="", max_length=500)),
                ("error_at", models.DateTimeField(null=True)),
                ("requests", models.BigIntegerField(db_default=0, default=0)),
                ("parcels", models.BigIntegerField(db_default=0, default=0)),
                ("news", models.BigIntegerField(db_default=0, default=0)),
                ("failed", models.BigIntegerField(db_default=0, default=0)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="intake.connection",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.store",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="feed_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("store", "connection"), name="feed_of_connection"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Poll",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("lease", models.UUIDField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("number", models.CharField(max_length=100)),
                ("carrier", models.CharField(blank=True, db_default="", max_length=40)),
                ("last_hash", models.BinaryField(max_length=16, null=True)),
                ("memo", models.JSONField(db_default={}, default=dict)),
                ("tried", models.JSONField(db_default=[], default=list)),
                ("pushed_until", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("heard_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, db_default="", max_length=300)),
                ("stopped", models.CharField(blank=True, db_default="", max_length=12)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("restarted_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "shipment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="shipments.shipment",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.store",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["store", "carrier", "due_at"],
                        name="poll_due",
                    ),
                    models.Index(
                        condition=models.Q(("stopped_at__isnull", False)),
                        fields=["store", "stopped", "stopped_at"],
                        name="poll_stopped",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("store", "shipment"), name="poll_of_parcel")
                ],
            },
        ),
        # What the metrics say of the sources.
        migrations.RunSQL(
            "GRANT SELECT (id, store_id, connection_id, due_at, breaker, behind, requests, parcels,"
            " news, failed) ON intake_feed TO aftercart_edge",
            migrations.RunSQL.noop,
        ),
    ]
