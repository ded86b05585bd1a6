"""Who acts: somebody with an account, somebody at the terminal, or nobody that we know."""

import getpass
from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """As the log will show it; `roles` are those held at that moment, `network` is where the request came from."""

    account_id: int | None
    name: str
    roles: tuple[str, ...] = ()
    network: str = ""


def nobody(network: str) -> Actor:
    """Return the actor of a request without a session."""
    return Actor(account_id=None, name="", network=network)


def terminal() -> Actor:
    """Return the actor of a command: the account of the operating system."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        user = "?"
    return Actor(account_id=None, name=f"terminal: {user}")
