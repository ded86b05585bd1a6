"""Links to the documents, requests to have them again, digests of staff."""

import django.db.models.deletion
from django.db import migrations, models

_WRITTEN = """
UPDATE billing_order SET mail_written_at = message.created_at
FROM messaging_message AS message
WHERE message.cause = 'receipt:' || billing_order.number AND mail_written_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0008_mail_written"),
        ("messaging", "0002_states"),
        ("receipts", "0004_daily_manifests"),
    ]

    operations = [
        migrations.CreateModel(
            name="CopyRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20)),
                ("address_sha256", models.CharField(max_length=64)),
                ("asked_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="StaffDigest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True)),
                ("waiting", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Copy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_on", models.DateField()),
                ("nth", models.PositiveSmallIntegerField()),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.order",
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="copy", to="receipts.copyrequest"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("order", "asked_on", "nth"), name="a_copy_of_a_day_is_sent_once"),
                    models.CheckConstraint(
                        condition=models.Q(("nth__gte", 1), ("nth__lte", 3)), name="copies_of_a_day_are_few"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RetrievalLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.order"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="a_link_holds_for_some_time",
                    )
                ],
            },
        ),
        migrations.RunSQL(_WRITTEN, migrations.RunSQL.noop),
    ]
