"""Answers requests in a process of its own, in an environment of its own: JSON from standard input to standard output.

Each request is an object of host, path, method, body (text), content_type, address, headers; each answer has status,
headers, body.
"""

import json
import sys
from typing import Any

import django

django.setup()

from django.test import Client  # noqa: E402 - after the set-up


def main() -> None:
    client = Client(raise_request_exception=False)
    answers = []
    for asked in json.load(sys.stdin):
        response: Any = client.generic(
            asked.get("method", "POST"),
            asked.get("path", "/graphql/public"),
            asked.get("body", ""),
            content_type=asked.get("content_type", "application/json"),
            headers={"host": asked["host"], **asked.get("headers", {})},
            REMOTE_ADDR=asked.get("address", "10.255.0.1"),
        )
        headers = dict(response.headers.items())
        answers.append({"status": response.status_code, "headers": headers, "body": response.content.decode()})
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
