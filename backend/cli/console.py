"""What a person at the terminal sees: steps of the set-up and the processes' own lines."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

out = Console(stderr=True, highlight=False)
"""Progress goes to standard error: standard output belongs to results."""

_COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "red")


@contextmanager
def step(text: str) -> Iterator[None]:
    """Show what is being done, then that it is done and how long it took."""
    began = monotonic()
    with out.status(text):
        try:
            yield
        except BaseException:
            out.print(f"[red]✗[/] {text}")
            raise
    out.print(f"[green]✓[/] {text} [dim]{monotonic() - began:.1f} s[/]")


Counter = Callable[[], None]
"""Called when one more of a known number is done; threads may call it."""


@contextmanager
def counted_step(text: str, *, total: int) -> Iterator[Counter]:
    """Show a step with a bar that moves when the counter is called."""
    began = monotonic()
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as progress:
        task = progress.add_task(text, total=total)
        try:
            yield lambda: progress.advance(task)
        except BaseException:
            out.print(f"[red]✗[/] {text}")
            raise
    out.print(f"[green]✓[/] {text} ({total}) [dim]{monotonic() - began:.1f} s[/]")


class LogViewer:
    """Prints new lines of log files, each behind the coloured name of its process."""

    def __init__(self, logs: Mapping[str, Path]) -> None:
        self._files = {name: path.open(errors="replace") for name, path in logs.items()}
        for file in self._files.values():
            file.seek(0, 2)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> "LogViewer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        for file in self._files.values():
            file.close()

    def _follow(self) -> None:
        while not self._end.wait(0.2):
            for number, (name, file) in enumerate(self._files.items()):
                colour = _COLOURS[number % len(_COLOURS)]
                for line in file:
                    out.print(f"[{colour}]{name:8}[/] {escape(line.rstrip())}", soft_wrap=True)
