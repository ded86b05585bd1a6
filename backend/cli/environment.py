"""The environment of an instance: what Procfile processes, sandbox and commands read (docs/operate explains each)."""

import json
import os
import sys
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from backend.cli.instance import Instance, write_private
from backend.cli.paths import ROOT, STATE
from backend.cli.problems import Problem
from backend.shared.clock import SANTIAGO

_OURS = ("SEM_", "SANDBOX_", "DATABASE_", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PORT", "PYTHONPATH")
_REGISTER_USER = "sandbox"


def build_environment(
    instance: Instance, servers: Mapping[str, str], *, mode: str, day: date, web_port: int | None = None
) -> dict[str, str]:
    """The whole environment of an instance in mode `demo` or `test`, whose domain date is `day`.

    Nothing of ours is taken over from the caller's environment: a shell that was set up for production stays out.
    """
    port = str(instance.port("web", wanted=web_port))
    sandbox_port, smtp_port = str(instance.port("sandbox")), str(instance.port("smtp"))
    sandbox = f"http://127.0.0.1:{sandbox_port}"
    shift = str(days_to(day))
    register_password = instance.secret("register")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(_OURS)},
        **servers,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '/usr/bin:/bin')}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "backend.config.settings",
        "PORT": port,
        "WEB_WORKERS": os.environ.get("WEB_WORKERS", "2"),
        "SEM_MODE": mode,
        "SEM_INSTANCE": instance.name,
        "SEM_SECRET_KEY": instance.secret("django"),
        "SEM_KEY_PASSPHRASE": instance.secret("key-passphrase"),
        "SEM_SECRETS_DIR": str(instance.folder("keys")),
        "SEM_FILES_DIR": str(instance.folder("files")),
        "SEM_TRUST_DIR": str(instance.folder("trust")),
        "SEM_CLOCK_SHIFT_DAYS": shift,
        "SEM_PUBLIC_ORIGIN": f"http://{{host}}:{port}",
        "SEM_TGR_URL": sandbox,
        "SEM_WEBPAY_URL": sandbox,
        "SEM_INSURANCE_URL": sandbox,
        "SEM_INSPECTION_URL": sandbox,
        "SEM_FINES_URL": sandbox,
        "SEM_TSA_URL": f"{sandbox}/pki/tsa",
        "SEM_REGISTER_USER": _REGISTER_USER,
        "SEM_REGISTER_PASSWORD": register_password,
        "SEM_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "SANDBOX_PORT": sandbox_port,
        "SANDBOX_SMTP_PORT": smtp_port,
        "SANDBOX_DATE_SHIFT_DAYS": shift,
        "SANDBOX_STATE": str(instance.folder("sandbox")),
        "SANDBOX_PKI": str(instance.folder("pki")),
        "SANDBOX_USER": _REGISTER_USER,
        "SANDBOX_PASSWORD": register_password,
    }


def days_to(day: date) -> int:
    """Days from today in Chile to `day`: what the domain's clock is shifted by."""
    return (day - datetime.now(SANTIAGO).date()).days


def keep_environment(instance: Instance, env: Mapping[str, str]) -> None:
    """Note the environment beside the instance, so that other commands can reach it while it is up."""
    ours = {name: value for name, value in env.items() if name.startswith(_OURS)}
    write_private(instance.directory / "env.json", json.dumps(ours, indent=1, sort_keys=True))


def join_environment(name: str | None = None, *, state: Path = STATE) -> None:
    """Let this command speak to the demo that is up, unless the environment names servers itself (production, tests).

    The instance is `name`, else $SEM_INSTANCE, else `demo`. Raises `Problem` if it was never started.
    """
    if "DATABASE_URL" in os.environ:
        return
    instance = name or os.environ.get("SEM_INSTANCE", "demo")
    try:
        noted: dict[str, str] = json.loads((state / instance / "env.json").read_text())
    except FileNotFoundError as error:
        raise Problem(
            f"There is no running instance '{instance}', and DATABASE_URL is not set.",
            "Start ./sem demo in another terminal, or set the variables of docs/operate/README.md.",
        ) from error
    os.environ.update(noted)
