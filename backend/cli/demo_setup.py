"""Brings an instance to demo municipalities with rolls, keys and agreements. Every step can be repeated."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import httpx

from backend.cli.demo_municipalities import DEMO_MUNICIPALITIES, DemoMunicipality
from backend.cli.instance import Instance, write_private
from backend.cli.paths import ROOT
from backend.cli.problems import Problem
from sandbox.authority import Authority, create_authority
from sandbox.rolls import RollVehicle, write_roll

_COMMAND_SECONDS = 600.0
Municipalities = Sequence[DemoMunicipality]


def run_command(env: Mapping[str, str], *arguments: str) -> None:
    """Run a command of ours in a process of its own. Raises `Problem` with the end of what it said."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "backend.cli", *arguments],
        cwd=ROOT,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=_COMMAND_SECONDS,
    )
    if done.returncode:
        raise Problem(f"./sem {' '.join(arguments)} failed:", done.stdout.strip()[-3000:])


def make_keys(env: Mapping[str, str], municipalities: Municipalities = DEMO_MUNICIPALITIES) -> None:
    """The development authority, each treasurer's certificate, and each agreement's key with TGR."""
    authority = create_authority(Path(env["SANDBOX_PKI"]), f"http://127.0.0.1:{env['SANDBOX_PORT']}")
    _trust(authority, Path(env["SEM_TRUST_DIR"]))
    keys = Path(env["SEM_SECRETS_DIR"])
    (keys / "DEVELOPMENT-AUTHORITY").write_text("Keys of a development authority: production refuses this folder.\n")
    for municipality in municipalities:
        folder = keys / municipality.slug
        folder.mkdir(mode=0o700, exist_ok=True)
        if not (folder / "tgr.key").exists():
            write_private(folder / "tgr.key", os.urandom(32).hex())
        _issue_treasurer(authority, municipality, folder / "treasurer.p12", env["SEM_KEY_PASSPHRASE"])


def _trust(authority: Authority, folder: Path) -> None:
    """Pin the development authority, for signers and time stamps, with its lists of today."""
    contents = {
        "signers/root.pem": authority.root_pem.read_bytes(),
        "time-stamps/root.pem": authority.root_pem.read_bytes(),
        "lists/root.crl": authority.crl("root"),
        "lists/ca.crl": authority.crl("ca"),
    }
    for name, content in contents.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)


def _issue_treasurer(authority: Authority, municipality: DemoMunicipality, path: Path, passphrase: str) -> None:
    issued_by = path.with_suffix(".root.pem")
    if path.exists() and issued_by.exists() and issued_by.read_bytes() == authority.root_pem.read_bytes():
        return
    authority.issue_official(
        common_name=municipality.treasury,
        rut=municipality.treasurer_rut,
        organisation=f"Municipalidad de {municipality.name}",
        path=path,
        passphrase=passphrase,
    )
    issued_by.write_bytes(authority.root_pem.read_bytes())


def make_agreements(env: Mapping[str, str], municipalities: Municipalities = DEMO_MUNICIPALITIES) -> None:
    """Tell the sandbox what TGR and the municipalities' web masters would be told."""
    control = f"http://127.0.0.1:{env['SANDBOX_PORT']}/_control"
    with httpx.Client(timeout=10.0) as client:
        for municipality in municipalities:
            origin = platform_origin(municipality, env)
            key = (Path(env["SEM_SECRETS_DIR"]) / municipality.slug / "tgr.key").read_text()
            client.post(
                f"{control}/agreements",
                json={
                    "formulario": municipality.tgr_form,
                    "municipality": f"Municipalidad de {municipality.name}",
                    "key": key,
                    "notice_url": f"{origin}/callbacks/tgr",
                },
            ).raise_for_status()
            client.post(
                f"{control}/pages",
                json={
                    "slug": municipality.slug,
                    "name": f"Municipalidad de {municipality.name}",
                    "platform_origin": origin,
                },
            ).raise_for_status()


def create_municipalities(
    env: Mapping[str, str],
    municipalities: Municipalities = DEMO_MUNICIPALITIES,
    *,
    services: Sequence[str] = ("circulation_permit",),
) -> None:
    run_command(env, "migrate")
    run_command(env, "reference", "load")
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda municipality: _create(municipality, env, services), municipalities))


def _create(municipality: DemoMunicipality, env: Mapping[str, str], services: Sequence[str]) -> None:
    run_command(
        env,
        "municipality",
        "create",
        municipality.slug,
        f"--name={municipality.name}",
        f"--commune-code={municipality.commune_code}",
        f"--tax-rut={municipality.tax_rut}",
        f"--host={municipality.host}",
        f"--page-origin={page_origin(municipality, env)}",
        f"--theme={municipality.preset or municipality.slug}",
        f"--tgr-form={municipality.tgr_form}",
        *(f"--service={service}" for service in services),
    )
    key = Path(env["SEM_SECRETS_DIR"]) / municipality.slug / "treasurer.p12"
    run_command(env, "official", "register", municipality.slug, "--role=treasurer", f"--file={key}")


def load_rolls(
    instance: Instance,
    env: Mapping[str, str],
    municipalities: Municipalities = DEMO_MUNICIPALITIES,
    *,
    day: date,
    first: int,
    count: int,
) -> dict[str, list[RollVehicle]]:
    """Write a roll per municipality as it would send it, load it, and tell by slug what is in it."""
    folder = instance.folder("rolls")

    def load(municipality: DemoMunicipality) -> list[RollVehicle]:
        path = folder / f"{municipality.slug}-{day.year}-{first}.xlsx"
        vehicles = write_roll(
            path,
            commune=municipality.name,
            commune_code=municipality.commune_code,
            first=first,
            count=count,
            year=day.year,
        )
        run_command(env, "roll", "load", str(path), f"--municipality={municipality.slug}")
        return vehicles

    with ThreadPoolExecutor() as pool:
        loaded = pool.map(load, municipalities)
    return {municipality.slug: vehicles for municipality, vehicles in zip(municipalities, loaded, strict=True)}


def platform_origin(municipality: DemoMunicipality, env: Mapping[str, str]) -> str:
    return env["SEM_PUBLIC_ORIGIN"].format(host=municipality.host)


def page_origin(municipality: DemoMunicipality, env: Mapping[str, str]) -> str:
    """The municipality's own web site: another origin than the platform."""
    return f"http://www.{municipality.host}:{env['SANDBOX_PORT']}"
