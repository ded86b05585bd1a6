"""Rolls are uploaded, read, previewed, applied and undone; what was loaded before counts as applied."""

import django.db.models.deletion
from django.db import migrations, models

_STATES = ["UPLOADED", "READING", "READY", "REJECTED", "APPLIED", "UNDONE", "DISCARDED"]


def _batch(**more):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="billing.rollbatch", **more)


def _id():
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_fines")]

    operations = [
        migrations.RemoveConstraint("rollbatch", "a_file_is_loaded_once"),
        migrations.RenameField("rollbatch", "loaded_at", "uploaded_at"),
        migrations.AlterField("rollbatch", "row_count", models.PositiveIntegerField(default=0)),
        migrations.AddField(
            "rollbatch", "file_key", models.CharField(max_length=80, blank=True, default=""), preserve_default=False
        ),
        migrations.AddField("rollbatch", "is_complete", models.BooleanField(default=False)),
        migrations.AddField(
            "rollbatch",
            "state",
            models.CharField(max_length=10, choices=[(state, state) for state in _STATES], default="APPLIED"),
            preserve_default=False,
        ),
        migrations.AddField(
            "rollbatch", "uploaded_by", models.CharField(max_length=254, blank=True, default=""), preserve_default=False
        ),
        migrations.AddField("rollbatch", "attempts", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("rollbatch", "reading_until", models.DateTimeField(null=True)),
        migrations.AddField("rollbatch", "rows_read", models.PositiveIntegerField(default=0)),
        migrations.AddField("rollbatch", "rows_total", models.PositiveIntegerField(null=True)),
        migrations.AddField("rollbatch", "error_count", models.PositiveIntegerField(default=0)),
        migrations.AddField("rollbatch", "warning_count", models.PositiveIntegerField(default=0)),
        migrations.AddField(
            "rollbatch", "refusal_es", models.TextField(blank=True, default=""), preserve_default=False
        ),
        migrations.AddField(
            "rollbatch", "refusal_en", models.TextField(blank=True, default=""), preserve_default=False
        ),
        migrations.AddField(
            "rollbatch",
            "corrections_key",
            models.CharField(max_length=80, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField("rollbatch", "reading_cost", models.JSONField(default=dict)),
        migrations.AddField("rollbatch", "read_at", models.DateTimeField(null=True)),
        migrations.AddField("rollbatch", "applied_at", models.DateTimeField(null=True)),
        migrations.AddField("rollbatch", "result", models.JSONField(default=dict)),
        migrations.AddField("rollbatch", "ended_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "rollbatch",
            models.UniqueConstraint(
                fields=["service", "year", "sha256", "is_complete"],
                condition=models.Q(state__in=["UPLOADED", "READING", "READY"]),
                name="a_file_waits_once",
            ),
        ),
        migrations.AddConstraint(
            "rollbatch",
            models.UniqueConstraint(
                fields=["service", "year"],
                condition=models.Q(sha256="accepted-by-hand"),
                name="one_batch_by_hand_a_year",
            ),
        ),
        migrations.AlterField("taxpayer", "rut", models.CharField(max_length=10)),
        migrations.AddConstraint("taxpayer", models.UniqueConstraint(fields=["rut"], name="one_taxpayer_per_rut")),
        migrations.AlterField("obligation", "batch", _batch(db_constraint=False)),
        migrations.RemoveConstraint("obligation", "one_obligation_per_period"),
        migrations.AddConstraint(
            "obligation",
            models.UniqueConstraint(fields=["object_key", "period", "service"], name="one_obligation_per_period"),
        ),
        migrations.AddField("obligation", "withdrawn_by", _batch(related_name="+", null=True, db_index=False)),
        migrations.CreateModel(
            "StagedRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "batch_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("batch", _batch(db_constraint=False, db_index=False, related_name="staged")),
                ("number", models.PositiveIntegerField()),
                ("object_key", models.CharField(max_length=20)),
                ("period", models.CharField(max_length=12)),
                ("rut", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=120)),
                ("subject", models.JSONField()),
            ],
        ),
        migrations.RunSQL(
            "ALTER TABLE billing_stagedrow SET UNLOGGED", reverse_sql="ALTER TABLE billing_stagedrow SET LOGGED"
        ),
        migrations.CreateModel(
            "RollIssue",
            fields=[
                _id(),
                ("severity", models.CharField(max_length=8, choices=[("ERROR", "ERROR"), ("WARNING", "WARNING")])),
                ("row", models.PositiveIntegerField()),
                ("column", models.CharField(max_length=80)),
                ("message_es", models.CharField(max_length=300)),
                ("message_en", models.CharField(max_length=300)),
                ("batch", _batch(related_name="issues")),
            ],
        ),
        migrations.CreateModel(
            "RollChange",
            fields=[
                _id(),
                (
                    "kind",
                    models.CharField(max_length=10, choices=[(kind, kind) for kind in ("CHANGED", "REMOVED", "KEPT")]),
                ),
                ("row", models.PositiveIntegerField(null=True)),
                ("subject", models.JSONField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_because", models.CharField(blank=True, max_length=200)),
                ("batch", _batch(related_name="changes")),
                (
                    "obligation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roll_changes",
                        to="billing.obligation",
                    ),
                ),
                ("previous_batch", _batch(related_name="+", db_index=False)),
                (
                    "taxpayer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.taxpayer"
                    ),
                ),
                ("withdrawn_by", _batch(related_name="+", null=True, db_index=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["batch", "obligation"], name="a_batch_changes_a_debt_once")
                ]
            },
        ),
        migrations.CreateModel(
            "RollRename",
            fields=[
                _id(),
                ("name", models.CharField(max_length=120)),
                ("batch", _batch(related_name="renames")),
                (
                    "taxpayer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.taxpayer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["batch", "taxpayer"], name="a_batch_renames_a_person_once")
                ]
            },
        ),
    ]
