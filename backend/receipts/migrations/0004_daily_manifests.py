"""The manifest of a day: its files, chained, signed and time-stamped."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("receipts", "0003_stamped_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="DailyManifest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True)),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("file_key", models.CharField(max_length=120)),
                ("signature_key", models.CharField(max_length=120)),
                ("files", models.PositiveIntegerField()),
                ("ends_at", models.DateTimeField()),
                ("stamped_at", models.DateTimeField()),
                (
                    "previous",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="following",
                        to="receipts.dailymanifest",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.Value(1), condition=models.Q(("previous", None)), name="one_manifest_is_the_first"
                    )
                ],
            },
        ),
    ]
