"""The web process that is killed with a request in its hands, where the request's key says so."""

import os
import signal
from collections.abc import Callable
from typing import Any

from backend.config.wsgi import application

__all__ = ["application"]

from backend.outbox import requests

BEFORE, AFTER = "kill-before-", "kill-after-"

_answer = requests._answer


def answer_or_die(asked: requests.Asked, act: Callable[[], object], *rest: Any) -> object:
    def act_or_die() -> object:
        result = act()
        _die_if(asked.key.startswith(BEFORE))  # done, and not committed
        return result

    result = _answer(asked, act_or_die, *rest)
    _die_if(asked.key.startswith(AFTER))  # committed, and not answered
    return result


def _die_if(wanted: bool) -> None:
    if wanted:
        os.kill(os.getpid(), signal.SIGKILL)


requests._answer = answer_or_die  # type: ignore[assignment] # that is the control
