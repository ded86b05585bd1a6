"""What docs/operate tells an operator is what the code does."""

import re

from backend.cli import roles
from backend.cli.paths import PROCFILE, ROOT

GUIDE = (ROOT / "docs" / "operate" / "README.md").read_text("utf-8")


def test_the_statements_for_the_two_roles_are_those_that_we_use_ourselves() -> None:
    names = {"owner": roles.OWNER, "application": roles.APPLICATION, "database": roles.DATABASE}

    missing = [statement for statement in roles.GRANTS if f"{statement.format(**names)};" not in GUIDE]

    assert missing == []


def test_every_setting_and_every_variable_of_the_procfile_is_explained() -> None:
    settings = (ROOT / "backend" / "config" / "settings.py").read_text("utf-8")
    read = set(re.findall(r'env\.(?:text|number|words)\("([A-Z_]+)"', settings)) - {"SEM_DATABASE_ROLE"}
    read |= set(re.findall(r"\$\{?([A-Z_]+)", PROCFILE.read_text("utf-8")))

    assert len(read) > 20
    assert sorted(name for name in read if f"`{name}`" not in GUIDE) == []
