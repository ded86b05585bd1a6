"""Versions of the look become append-only: the highest is in force, and each says who saved it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("profile", "0004_signature_setting"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="themeversion",
            name="one_current_theme",
        ),
        migrations.RemoveField(
            model_name="themeversion",
            name="is_current",
        ),
        migrations.AddField(
            model_name="themeversion",
            name="saved_by",
            field=models.CharField(default="", max_length=254),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="themeversion",
            name="restored_from",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="themeversion",
            name="created_at",
            field=models.DateTimeField(),
        ),
    ]
