"""Import endesive's PDF module on systems whose OpenSSL has a version such as 3.0.19.

`endesive.pdf` imports certvalidator, which imports oscrypto 1.3.0, which reads the version of libcrypto with a regular
expression for one-digit numbers and refuses everything else at import (wbond/oscrypto#75, #78). Nothing of oscrypto is
used when signing. While it is imported, and only then, its expression is widened.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_ONE_DIGIT_NUMBERS = r"\b(\d\.\d\.\d[a-z]*)\b"
_ANY_NUMBERS = r"\b(\d+\.\d+\.\d+[a-z]*)\b"

_importing = threading.Lock()


@contextmanager
def any_openssl_version() -> Iterator[None]:
    """Let oscrypto be imported inside the block, whatever the version of OpenSSL."""
    search = re.search

    def widened(pattern: Any, string: Any, flags: Any = 0) -> Any:
        return search(_ANY_NUMBERS if pattern == _ONE_DIGIT_NUMBERS else pattern, string, flags)

    with _importing:
        re.search = widened
        try:
            yield
        finally:
            re.search = search
