"""The process that opens a stranger's PDF: `python -m backend.signing.examination.child`, started by `examiner`.

It limits itself before it reads anything, knows no database, no address and no secret, and answers one task: a line of
JSON with what is trusted, then the file itself, on standard input. The answer is an object of JSON.
"""

import dataclasses
import json
import sys
from base64 import b64decode
from datetime import datetime

from backend.shared.limited import limit_itself
from backend.signing.examination.limits import LIMITS


def main() -> None:
    """Do the task; a file that takes too much ends the process, which says enough."""
    limit_itself(LIMITS)
    from backend.signing.examination.reading import Anchors, examine

    task = json.loads(sys.stdin.buffer.readline())
    pdf = sys.stdin.buffer.read()
    anchors = Anchors(*([b64decode(each) for each in task[kind]] for kind in ("signers", "stamps", "lists")))
    found = examine(pdf, anchors, now=datetime.fromisoformat(task["now"]))
    print(json.dumps(dataclasses.asdict(found), default=lambda instant: instant.isoformat()))


if __name__ == "__main__":
    main()
