"""The file `sem` on machines of different kinds: with a small lock file and a local index, everything else is real."""

import os
import shutil
import subprocess
import sys
import zipfile
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from backend.cli.paths import ROOT

BASE_PYTHON = str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}")
INTERPRETERS = sorted({BASE_PYTHON, *(found for found in [shutil.which("python3", path="/usr/bin")] if found)})
ABSENT = "raise ImportError('this Python lacks it')\n"

COMMAND_LINE = """
import sys, greeting
print(greeting.TEXT, *sys.argv[1:])
"""


class Checkout:
    """A checkout with `sem`, a command line that greets, and a lock of one package out of a local folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkout"
        self.wheels = folder / "wheels"
        self.shadow = folder / "shadow"
        self.bin = folder / "bin"
        for path in (self.folder / "backend" / "cli", self.wheels, self.shadow, self.bin):
            path.mkdir(parents=True)
        shutil.copy(ROOT / "sem", self.folder / "sem")
        (self.folder / "backend" / "cli" / "__init__.py").touch()
        (self.folder / "backend" / "cli" / "__main__.py").write_text(COMMAND_LINE)
        self.lock("1.0", "hello")

    def lock(self, version: str, text: str) -> None:
        wheel = _make_wheel(self.wheels, version, text)
        digest = sha256(wheel.read_bytes()).hexdigest()
        (self.folder / "requirements-dev.lock").write_text(f"greeting=={version} \\\n    --hash=sha256:{digest}\n")

    def python(self, *, lacks: tuple[str, ...] = ()) -> str:
        """An interpreter for the script that lacks these modules, as some distributions' do."""
        for name in lacks:
            (self.shadow / name).mkdir()
            (self.shadow / name / "__init__.py").write_text(ABSENT)
        wrapper = self.bin / "python3"
        wrapper.write_text(f'#!/bin/sh\nPYTHONPATH={self.shadow} exec {BASE_PYTHON} "$@"\n')
        wrapper.chmod(0o755)
        return str(wrapper)

    def start(
        self, *arguments: str, cwd: Path | None = None, script: Path | None = None, **env: str
    ) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [script or self.folder / "sem", *arguments],
            cwd=cwd or self.folder,
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": str(self.folder.parent),
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": str(self.wheels),
                "PIP_CONFIG_FILE": os.devnull,
                "SEM_PYTHON": BASE_PYTHON,
                **env,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def sem(
        self, *arguments: str, cwd: Path | None = None, script: Path | None = None, **env: str
    ) -> tuple[int, str, str]:
        process = self.start(*arguments, cwd=cwd, script=script, **env)
        out, err = process.communicate(timeout=120)
        return process.returncode, out.strip(), err


def _make_wheel(folder: Path, version: str, text: str) -> Path:
    wheel = folder / f"greeting-{version}-py3-none-any.whl"
    about = f"greeting-{version}.dist-info"
    files = {
        "greeting.py": f"TEXT = {text!r}\n",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: greeting\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{name},sha256={urlsafe_b64encode(sha256(content.encode()).digest()).rstrip(b'=').decode()},{len(content)}\n"
        for name, content in files.items()
    )
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in {**files, f"{about}/RECORD": f"{record}{about}/RECORD,,\n"}.items():
            archive.writestr(name, content)
    return wheel


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_it_sets_up_says_so_and_hands_over(checkout: Checkout, interpreter: str) -> None:
    status, out, err = checkout.sem("demo", "--date", "2025-03-20", SEM_PYTHON=interpreter)

    assert (status, out) == (0, "hello demo --date 2025-03-20")
    assert "installing 1 " in err


def test_the_second_time_nothing_is_installed(checkout: Checkout) -> None:
    checkout.sem()

    assert checkout.sem("again") == (0, "hello again", "")


def test_a_changed_lock_is_followed(checkout: Checkout) -> None:
    checkout.sem()
    checkout.lock("2.0", "good day")

    status, out, err = checkout.sem()

    assert (status, out) == (0, "good day")
    assert "installing" in err


def test_a_python_without_ensurepip_will_do(checkout: Checkout) -> None:
    status, out, _ = checkout.sem(SEM_PYTHON=checkout.python(lacks=("ensurepip",)))

    assert (status, out) == (0, "hello")


def test_a_python_without_pip_will_do_if_it_can_bring_its_own(checkout: Checkout) -> None:
    status, out, _ = checkout.sem(SEM_PYTHON=checkout.python(lacks=("pip",)))

    assert (status, out) == (0, "hello")


def test_without_any_pip_it_says_what_to_install_in_two_languages(checkout: Checkout) -> None:
    python = checkout.python(lacks=("pip", "ensurepip"))

    status, out, err = checkout.sem(SEM_PYTHON=python, PYTHONPATH=str(checkout.shadow))

    assert (status, out) == (1, "")
    assert "Falta pip" in err
    assert "apt-get install python3-pip" in err


def test_without_python_it_says_what_to_install_in_two_languages(checkout: Checkout) -> None:
    for name in ("python", "python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        (checkout.bin / name).write_text("#!/bin/sh\nexit 1\n")
        (checkout.bin / name).chmod(0o755)

    status, out, err = checkout.sem(SEM_PYTHON="", PATH=f"{checkout.bin}:/usr/bin:/bin")

    assert (status, out) == (1, "")
    assert "Falta Python 3.11" in err
    assert "Python 3.11 or later is missing" in err


def test_two_at_once_install_once(checkout: Checkout) -> None:
    both = [checkout.start("one"), checkout.start("two")]
    said = [process.communicate(timeout=120) for process in both]

    assert [out.strip() for out, _ in said] == ["hello one", "hello two"]
    assert sum("installing" in err for _, err in said) == 1


def test_it_works_from_anywhere_and_a_backend_folder_there_is_not_ours(checkout: Checkout, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "backend" / "cli").mkdir(parents=True)
    (elsewhere / "backend" / "cli" / "__main__.py").write_text("print('not ours')")
    (tmp_path / "link").symlink_to(checkout.folder / "sem")

    status, out, _ = checkout.sem(cwd=elsewhere)
    linked = checkout.sem(cwd=elsewhere, script=tmp_path / "link")

    assert (status, out) == (0, "hello")
    assert linked[:2] == (0, "hello")


def test_a_half_made_environment_is_made_anew(checkout: Checkout) -> None:
    (checkout.folder / ".venv" / "bin").mkdir(parents=True)
    (checkout.folder / ".venv" / "bin" / "python").write_text("half")

    assert checkout.sem()[:2] == (0, "hello")


def test_an_environment_that_was_moved_is_made_anew(checkout: Checkout, tmp_path: Path) -> None:
    checkout.sem()
    checkout.folder = checkout.folder.rename(tmp_path / "moved")

    status, out, err = checkout.sem()

    assert (status, out) == (0, "hello")
    assert "installing" in err


def test_a_package_with_another_hash_is_refused_and_the_next_run_tries_again(checkout: Checkout) -> None:
    lock = checkout.folder / "requirements-dev.lock"
    good = lock.read_text()
    lock.write_text(f"greeting==1.0 \\\n    --hash=sha256:{'0' * 64}\n")

    status, out, err = checkout.sem()
    assert (status, out) == (1, "")
    assert "repita" in err

    lock.write_text(good)
    assert checkout.sem()[:2] == (0, "hello")


def test_settings_of_pip_that_point_elsewhere_are_not_followed(checkout: Checkout, tmp_path: Path) -> None:
    status, out, _ = checkout.sem(PIP_TARGET=str(tmp_path / "target"), PIP_USER="1", PIP_REQUIRE_VIRTUALENV="1")

    assert (status, out) == (0, "hello")
    assert not (tmp_path / "target").exists()


def test_production_installs_from_its_own_lock(checkout: Checkout) -> None:
    (checkout.folder / "requirements-dev.lock").rename(checkout.folder / "requirements.lock")

    status, out, err = checkout.sem(SEM_LOCK="requirements.lock")

    assert (status, out) == (0, "hello")
    assert "requirements.lock" in err
