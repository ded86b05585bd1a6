"""The table of reactions names what exists: an event for each class, an actor for each queue that the worker reads."""

import dataclasses
import importlib
import inspect
from pathlib import Path

import backend
from backend.cli.procfile import read_procfile
from backend.outbox.broker import broker
from backend.reactions import REACTIONS

ROOT = Path(str(backend.__file__)).parent


def event_classes() -> set[str]:
    """Every event that some area defines."""
    found: set[str] = set()
    for file in ROOT.glob("*/events.py"):
        module = importlib.import_module(f"backend.{file.parent.name}.events")
        found |= {
            name
            for name, value in inspect.getmembers(module, dataclasses.is_dataclass)
            if value.__module__ == module.__name__
        }
    return found


def test_every_event_stands_in_the_table_and_nothing_else() -> None:
    assert set(REACTIONS) == event_classes()


def test_every_event_carries_ids_that_its_reactions_take() -> None:
    for name, actors in REACTIONS.items():
        area = next(file.parent.name for file in ROOT.glob("*/events.py") if f"class {name}:" in file.read_text())
        event = getattr(importlib.import_module(f"backend.{area}.events"), name)
        fields = {field.name: field.type for field in dataclasses.fields(event)}

        assert all(field.endswith("_id") and kind in (int, "int") for field, kind in fields.items())
        for actor in actors:
            module, _, function = actor.actor_name.rpartition(".")
            source = (ROOT.parent / Path(*module.split("."))).with_suffix(".py").read_text()
            assert all(f"def {function}({field}: int" in source for field in fields), actor.actor_name


def test_every_actor_s_queue_is_read_by_the_worker_of_the_procfile() -> None:
    command = read_procfile()["worker"][2].split()
    chosen = [word for word in command if word in ("-Q", "--queues") or word.startswith("--queues=")]
    queues = {actor.queue_name for actors in REACTIONS.values() for actor in actors}

    assert "backend.config.worker" in command
    assert chosen == []  # none chosen: the worker reads every queue that is declared
    assert queues <= broker.get_declared_queues()


def test_every_declared_actor_answers_some_event() -> None:
    in_table = {actor.actor_name for actors in REACTIONS.values() for actor in actors}
    declared = {name for name in broker.get_declared_actors() if name.startswith("backend.")}

    assert declared == in_table
