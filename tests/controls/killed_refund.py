"""A process of its own that has a gateway give back, and is killed before it can record what the gateway answered.

`python -m tests.controls.killed_refund TOWN REFUND`. The line that it writes says that it came as far as it should.
"""

import os
import signal
import sys
from typing import NoReturn

import django
import pytest

django.setup()

from backend.billing import refund_gateway  # noqa: E402 - after the set-up
from backend.billing.gateways.base import RefundReceipt  # noqa: E402
from tests.operations.debts import in_town  # noqa: E402


def die(attempt: object, receipt: RefundReceipt) -> NoReturn:
    print("the gateway gave back and nobody wrote it down", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit("still alive")


if __name__ == "__main__":
    with pytest.MonkeyPatch.context() as patch, in_town(sys.argv[1]):
        patch.setattr(refund_gateway, "_record_given_back", die)
        refund_gateway.execute_at_gateway(refund_id=int(sys.argv[2]))
