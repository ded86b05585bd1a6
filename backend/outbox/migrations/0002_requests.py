"""Requests under a key: answered once, however often they arrive."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=80)),
                ("operation", models.CharField(max_length=60)),
                ("fingerprint", models.CharField(max_length=64)),
                ("attempt", models.PositiveIntegerField(default=0)),
                ("taken_at", models.DateTimeField()),
                ("lease_until", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("outcome", models.JSONField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["taken_at"], name="request_taken")],
                "constraints": [
                    models.UniqueConstraint(fields=("key",), name="one_request_per_key"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", True), ("outcome__isnull", True)),
                            models.Q(("finished_at__isnull", False), ("outcome__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_finished_request_has_an_outcome",
                    ),
                ],
            },
        ),
    ]
