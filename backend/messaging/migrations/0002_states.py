"""States of a mail: tried again, given up. What was there keeps its instant; what was tried was tried once."""

from django.db import migrations, models

_KNOWN = ["QUEUED", "SENT", "RETRYING", "FAILED", "REFUSED"]
_FILL = """
UPDATE messaging_message
SET queued_at = created_at, attempts = CASE WHEN state = 'QUEUED' THEN 0 ELSE 1 END,
    last_error = CASE WHEN state = 'REFUSED' AND last_error = '' THEN '?' ELSE last_error END
"""


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="message", name="message_queued"),
        migrations.AddField("message", "attempts", models.PositiveIntegerField(default=0)),
        migrations.AddField("message", "secrets", models.JSONField(default=list)),
        migrations.AddField("message", "queued_at", models.DateTimeField(null=True)),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AlterField("message", "queued_at", models.DateTimeField()),
        migrations.AlterField(
            "message",
            "state",
            models.CharField(choices=[(state, state) for state in _KNOWN], default="QUEUED", max_length=8),
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                condition=models.Q(("state", "SENT"), _negated=True), fields=["created_at"], name="message_not_sent"
            ),
        ),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(condition=models.Q(("state__in", _KNOWN)), name="a_message_has_a_known_state"),
        ),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("secrets", []), ("sent_at__isnull", False), ("state", "SENT")),
                    models.Q(models.Q(("state", "SENT"), _negated=True), ("sent_at", None)),
                    _connector="OR",
                ),
                name="a_sent_message_says_when_and_keeps_no_secret",
            ),
        ),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["RETRYING", "FAILED", "REFUSED"]), _negated=True),
                    models.Q(("attempts__gt", 0), models.Q(("last_error", ""), _negated=True)),
                    _connector="OR",
                ),
                name="what_was_tried_in_vain_says_why",
            ),
        ),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=models.Q(models.Q(("state", "QUEUED"), _negated=True), ("attempts", 0), _connector="OR"),
                name="a_queued_message_was_not_tried",
            ),
        ),
    ]
