"""Every query and mutation of staff, and who may use it. The schema is not made where one is missing here.

The roles behind a permission are in `backend.people.rules`.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final

from backend.people.rules import Permission


class Anybody(Enum):
    """Open to those who are not signed in."""

    ANYBODY = "anybody"


Access = Permission | Anybody

ACCESS: Final[Mapping[str, Access]] = MappingProxyType(
    {
        "me": Permission.OWN_ACCOUNT,
        "sessionCreate": Anybody.ANYBODY,
        "sessionEnd": Permission.OWN_ACCOUNT,
        "passwordChange": Permission.OWN_ACCOUNT,
        "accounts": Permission.ACCOUNTS_READ,
        "accountCreate": Permission.ACCOUNTS_MANAGE,
        "accountUpdate": Permission.ACCOUNTS_MANAGE,
        "accountActivate": Permission.ACCOUNTS_MANAGE,
        "accountDeactivate": Permission.ACCOUNTS_MANAGE,
        "accountPasswordReset": Permission.ACCOUNTS_MANAGE,
        "auditLog": Permission.AUDIT_READ,
        "institutions": Permission.INSTITUTIONS_READ,
        "mails": Permission.MAILS_READ,
        "mailRedrive": Permission.MAILS_REDRIVE,
        "completeness": Permission.COMPLETENESS_READ,
        "rates": Permission.RATES_READ,
        "rateSet": Permission.RATES_CHANGE,
        "signatureSetting": Permission.SIGNATURES_READ,
        "signatureSettingSet": Permission.SIGNATURES_CHANGE,
        "manifests": Permission.MANIFESTS_READ,
        "manifestsMissing": Permission.MANIFESTS_READ,
        "themes": Permission.THEMES_READ,
        "themePreview": Permission.THEMES_CHANGE,
        "themeSave": Permission.THEMES_CHANGE,
        "themeRestore": Permission.THEMES_CHANGE,
        "debts": Permission.DEBTS_READ,
        "debtAccept": Permission.VEHICLES_ACCEPT,
        "debtWithdraw": Permission.DEBTS_WITHDRAW,
        "homeless": Permission.HOMELESS_READ,
        "homelessMoney": Permission.HOMELESS_READ,
        "homelessDebtCheck": Permission.HOMELESS_DECIDE,
        "homelessApply": Permission.HOMELESS_DECIDE,
        "homelessRefund": Permission.HOMELESS_DECIDE,
        "homelessClaim": Permission.HOMELESS_DECIDE,
        "refunds": Permission.REFUNDS_READ,
        "paidItems": Permission.REFUNDS_READ,
        "refundRequest": Permission.REFUNDS_REQUEST,
        "refundApprove": Permission.REFUNDS_APPROVE,
        "refundDeny": Permission.REFUNDS_APPROVE,
        "refundChangeToTransfer": Permission.REFUNDS_APPROVE,
        "refundRecordTransfer": Permission.REFUNDS_RECORD,
        "reconciliationDays": Permission.BOOKS_READ,
        "reconciliationDay": Permission.BOOKS_READ,
        "reconciliationDifferences": Permission.BOOKS_READ,
        "moneyInTransit": Permission.BOOKS_READ,
        "moneyNotFiled": Permission.BOOKS_READ,
        "collections": Permission.BOOKS_READ,
        "collectionUpload": Permission.COLLECTIONS_LOAD,
        "depositUpload": Permission.COLLECTIONS_LOAD,
        "differenceExplain": Permission.COLLECTIONS_LOAD,
        "dayClose": Permission.DAYS_CLOSE,
        "dayReopen": Permission.DAYS_CLOSE,
        "rolls": Permission.ROLLS_READ,
        "roll": Permission.ROLLS_READ,
        "rollIssues": Permission.ROLLS_READ,
        "rollPreview": Permission.ROLLS_READ,
        "rollUpload": Permission.ROLLS_UPLOAD,
        "rollDiscard": Permission.ROLLS_UPLOAD,
        "rollApply": Permission.ROLLS_APPLY,
        "rollUndo": Permission.ROLLS_APPLY,
    }
)
"""Name of the root field → what it takes."""
