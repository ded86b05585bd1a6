"""Every side effect of the system: event → actors."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from backend.billing import events as billing
from backend.billing import tasks as billing_tasks
from backend.messaging import events as messaging
from backend.messaging import tasks as messaging_tasks
from backend.outbox.broker import broker
from backend.outbox.consumer import Reaction
from backend.receipts import events as receipts
from backend.receipts import tasks as receipts_tasks
from backend.tenants.worker import TenantOfMessage

broker.add_middleware(TenantOfMessage())

REACTIONS: Mapping[str, Sequence[Reaction]] = MappingProxyType(
    {
        billing.NoticeReceived.__name__: (billing_tasks.read_notice,),
        billing.NoticeMisrouted.__name__: (billing_tasks.pass_on_misrouted_notice,),
        billing.AskFellDue.__name__: (billing_tasks.ask_order,),
        billing.PayerReturned.__name__: (billing_tasks.ask_order,),
        billing.PaymentSettled.__name__: (receipts_tasks.issue_receipt,),
        billing.PaymentRejected.__name__: (),
        billing.FinesPaid.__name__: (billing_tasks.report_fines,),
        billing.HomelessDecided.__name__: (receipts_tasks.tell_decision,),
        billing.RefundApproved.__name__: (billing_tasks.execute_refund,),
        billing.RefundExecuted.__name__: (receipts_tasks.annul_documents, receipts_tasks.tell_refund),
        billing.RefundDenied.__name__: (),
        billing.CollectionUploaded.__name__: (billing_tasks.read_collection,),
        billing.RollUploaded.__name__: (billing_tasks.read_roll,),
        billing.RollRejected.__name__: (billing_tasks.write_corrections,),
        receipts.ReceiptIssued.__name__: (receipts_tasks.mail_receipt, receipts_tasks.stamp_receipt),
        receipts.CopyAsked.__name__: (receipts_tasks.send_copy,),
        messaging.MessageQueued.__name__: (messaging_tasks.send_message,),
    }
)
