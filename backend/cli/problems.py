"""What can go wrong around the platform (machine, network, set-up), told to the person at the terminal."""

import sys


class Problem(Exception):
    """Something that the person who typed the command can mend; `remedy` says how."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


def explain(problem: Problem) -> None:
    print(f"sem: {problem.what}", file=sys.stderr)
    if problem.remedy:
        print(f"     {problem.remedy}", file=sys.stderr)
