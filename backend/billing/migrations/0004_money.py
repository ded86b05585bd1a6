"""Homeless money is decided, money is given back, gateways are asked, and their files are read."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0003_rolls"),
    ]

    operations = [
        migrations.CreateModel(
            name="HomelessDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "action",
                    models.CharField(
                        choices=[("APPLY", "Apply"), ("REFUND", "Refund"), ("CLAIM", "Claim")], max_length=6
                    ),
                ),
                ("amount", models.PositiveBigIntegerField()),
                ("note", models.CharField(max_length=400)),
                ("account_id", models.BigIntegerField(null=True)),
                ("account_name", models.CharField(max_length=254)),
                ("decided_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gateway", models.CharField(max_length=20)),
                ("operation_id", models.CharField(max_length=40)),
                ("amount", models.PositiveBigIntegerField()),
                ("reason", models.CharField(max_length=400)),
                ("method", models.CharField(choices=[("GATEWAY", "Gateway"), ("TRANSFER", "Transfer")], max_length=8)),
                ("email", models.EmailField(blank=True, max_length=254)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("REQUESTED", "REQUESTED"),
                            ("APPROVED", "APPROVED"),
                            ("EXECUTED", "EXECUTED"),
                            ("DENIED", "DENIED"),
                        ],
                        default="REQUESTED",
                        max_length=9,
                    ),
                ),
                ("requested_by_id", models.BigIntegerField(null=True)),
                ("requested_by_name", models.CharField(max_length=254)),
                ("requested_at", models.DateTimeField()),
                ("approved_by_id", models.BigIntegerField(null=True)),
                ("approved_by_name", models.CharField(blank=True, max_length=254)),
                ("approved_at", models.DateTimeField(null=True)),
                ("executed_at", models.DateTimeField(null=True)),
                ("decree", models.CharField(blank=True, max_length=60)),
                ("bank_reference", models.CharField(blank=True, max_length=60)),
                ("gateway_reference", models.CharField(blank=True, max_length=80)),
                ("denied_because", models.CharField(blank=True, max_length=400)),
                ("last_error", models.TextField(blank=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="noticereading",
            name="an_operation_is_read_once",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="a_paid_order_says_when",
        ),
        migrations.AddField(
            model_name="homelessmoney",
            name="open_amount",
            field=models.PositiveBigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.RunSQL("UPDATE billing_homelessmoney SET open_amount = amount", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="homelessmoney",
            name="payer_rut",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name="homelessmoney",
            name="state",
            field=models.CharField(
                choices=[("OPEN", "OPEN"), ("CLAIMED", "CLAIMED"), ("CLOSED", "CLOSED")], default="OPEN", max_length=8
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="source",
            field=models.CharField(
                choices=[("NOTICE", "NOTICE"), ("ANSWER", "ANSWER"), ("FILE", "FILE")], default="NOTICE", max_length=8
            ),
        ),
        migrations.AddField(
            model_name="noticereading",
            name="amount",
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="noticereading",
            name="order_number",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="noticereading",
            name="succeeded",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="order",
            name="ask_attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="order",
            name="ask_due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="order",
            name="state",
            field=models.CharField(
                choices=[
                    ("CREATED", "CREATED"),
                    ("SENT", "SENT"),
                    ("PAID", "PAID"),
                    ("REJECTED", "REJECTED"),
                    ("EXPIRED", "EXPIRED"),
                    ("CANCELLED", "CANCELLED"),
                    ("REFUNDED", "REFUNDED"),
                ],
                default="CREATED",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="homelessmoney",
            index=models.Index(
                condition=models.Q(("state", "CLOSED"), _negated=True), fields=["since"], name="homeless_open"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("ask_due_at__isnull", False)), fields=["ask_due_at"], name="order_to_ask"
            ),
        ),
        migrations.AddConstraint(
            model_name="homelessmoney",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="homeless_money_is_money"),
        ),
        migrations.AddConstraint(
            model_name="homelessmoney",
            constraint=models.CheckConstraint(
                condition=models.Q(("open_amount__lte", models.F("amount"))), name="no_more_is_open_than_came"
            ),
        ),
        migrations.AddConstraint(
            model_name="homelessmoney",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("open_amount", 0), ("state", "CLOSED")),
                    models.Q(models.Q(("state", "CLOSED"), _negated=True), ("open_amount__gt", 0)),
                    _connector="OR",
                ),
                name="closed_is_what_has_nothing_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticereading",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_first", True)),
                fields=("gateway", "operation_id", "succeeded"),
                name="an_operation_is_read_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["PAID", "REFUNDED"]), _negated=True),
                    ("paid_at__isnull", False),
                    _connector="OR",
                ),
                name="a_paid_order_says_when",
            ),
        ),
        migrations.AddField(
            model_name="homelessdecision",
            name="homeless",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="billing.homelessmoney"
            ),
        ),
        migrations.AddField(
            model_name="homelessdecision",
            name="order",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="paid_by_decision",
                to="billing.order",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="decision",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refund",
                to="billing.homelessdecision",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="item",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="billing.orderitem"
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="order",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="billing.order"),
        ),
        migrations.AddConstraint(
            model_name="homelessdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("action", "CLAIM"), ("amount", 0)),
                    models.Q(models.Q(("action", "CLAIM"), _negated=True), ("amount__gt", 0)),
                    _connector="OR",
                ),
                name="a_decision_takes_money_or_claims_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="homelessdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("action", "APPLY"), ("order__isnull", False)),
                    models.Q(models.Q(("action", "APPLY"), _negated=True), ("order", None)),
                    _connector="OR",
                ),
                name="what_is_applied_pays_an_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="a_refund_has_an_amount"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", None), ("item__isnull", False)),
                    models.Q(("decision__isnull", False), ("item", None)),
                    _connector="OR",
                ),
                name="a_refund_is_of_an_item_or_of_homeless_money",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by_name", ""),
                    models.Q(("approved_by_name", models.F("requested_by_name")), _negated=True),
                    _connector="OR",
                ),
                name="a_second_person_approves",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "EXECUTED"), _negated=True), ("executed_at__isnull", False), _connector="OR"
                ),
                name="an_executed_refund_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("method", "TRANSFER"), ("state", "EXECUTED"), _negated=True),
                    models.Q(models.Q(("decree", ""), _negated=True), models.Q(("bank_reference", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_transfer_names_decree_and_reference",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(
                condition=models.Q(("item__isnull", False), models.Q(("state", "DENIED"), _negated=True)),
                fields=("item",),
                name="an_item_is_refunded_once",
            ),
        ),
    ]
