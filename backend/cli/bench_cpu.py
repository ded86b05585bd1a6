"""CPU of processes with all their children, from /proc (proc(5): user and system time, own and of reaped children)."""

import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of_trees(roots: Mapping[str, int]) -> dict[str, float]:
    """Tell by name how many CPU seconds each process and its descendants have used so far.

    The time of a child that ended is its parent's as soon as it was waited for; so each living process counts with
    what it reaped, and nothing is lost or counted twice between two looks.
    """
    used, children = _processes()
    return {name: _of_tree(root, used, children) for name, root in roots.items()}


def _of_tree(root: int, used: Mapping[int, float], children: Mapping[int, list[int]]) -> float:
    return used.get(root, 0.0) + sum(_of_tree(child, used, children) for child in children.get(root, []))


def _processes() -> tuple[dict[int, float], dict[int, list[int]]]:
    used: dict[int, float] = {}
    children: dict[int, list[int]] = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended between the listing and the look
            continue
        pid, parent = int(stat.parent.name), int(fields[1])
        used[pid] = sum(map(int, fields[11:15])) / _TICKS
        children[parent].append(pid)
    return used, children
