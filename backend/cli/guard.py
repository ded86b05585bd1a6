"""Runs one guard of `./sem check` in a process of its own: `python -m backend.cli.guard MODULE:FUNCTION`."""

import importlib
import sys

import django


def main(name: str) -> int:
    django.setup()
    module, _, function = name.partition(":")
    problems: list[str] = getattr(importlib.import_module(module), function)()
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
