"""Deliveries that are not done, dead ones too, by what they wait for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0002_requests"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "DONE"), _negated=True), fields=["reaction"], name="delivery_not_done"
            ),
        ),
    ]
