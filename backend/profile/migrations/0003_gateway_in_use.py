"""A municipality chooses the gateway that it collects by; those that had one agreement go on with it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("profile", "0002_rates"),
    ]

    operations = [
        migrations.AlterField(
            model_name="gatewayagreement",
            name="form_number",
            field=models.PositiveBigIntegerField(),
        ),
        migrations.AddField(
            model_name="gatewayagreement",
            name="is_in_use",
            field=models.BooleanField(default=False),
        ),
        migrations.RunSQL(
            "UPDATE profile_gatewayagreement SET is_in_use = true WHERE gateway = 'tgr'", migrations.RunSQL.noop
        ),
        migrations.AddConstraint(
            model_name="gatewayagreement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_in_use", True)), fields=("is_in_use",), name="one_gateway_in_use"
            ),
        ),
    ]
