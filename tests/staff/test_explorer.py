"""The explorer: there in demo and tests, and only there; it loads nothing from elsewhere."""

import re

import pytest
from django.conf import settings
from django.test import override_settings

from backend.config import guards
from tests.staff.people import Person

FILES = ("/staff/explorer", "/staff/explorer/explorer.js", "/staff/explorer/explorer.css")


@pytest.mark.parametrize("path", FILES)
def test_the_explorer_is_served_by_us_under_a_strict_policy(path: str) -> None:
    answer = Person().client.get(path)

    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.findall(r"https?://|//[a-z]+\.", answer.content.decode())


def test_the_page_has_no_inline_script_or_style() -> None:
    page = Person().client.get("/staff/explorer").content.decode()

    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon[a-z]+=", page) == []
    assert "innerHTML" not in Person().client.get("/staff/explorer/explorer.js").content.decode()


@pytest.mark.parametrize("path", FILES)
def test_production_does_not_serve_the_explorer(path: str) -> None:
    with override_settings(SEM_EXPLORER=False):
        assert Person().client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["explorer.html", "views.py", "__init__.py", "..%2Fviews.py"])
def test_nothing_else_of_its_folder_is_served(name: str) -> None:
    assert Person().client.get(f"/staff/explorer/{name}").status_code == 404


def test_production_refuses_to_start_with_the_explorer() -> None:
    assert settings.SEM_EXPLORER

    with override_settings(SEM_MODE="production"), pytest.raises(guards.UnsafeProduction, match="explorer"):
        guards.refuse_unsafe_production()
