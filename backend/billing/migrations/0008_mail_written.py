"""When the mail with an order's documents was written; those without are what the completeness clock reads."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0007_ledger_items"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="mail_written_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("mail_written_at", None), ("state", "PAID")),
                fields=["paid_at"],
                name="order_to_mail",
            ),
        ),
    ]
