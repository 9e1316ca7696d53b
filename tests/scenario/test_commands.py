"""``shopreel scenario`` and ``shopreel scrape --facts``: scripts and facts of a page, nothing rendered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.models import Scenario
from app.scenario import script_of_page
from tests.scenario.test_scenario import PAGE


@pytest.fixture
def page(tmp_path: Path) -> str:
    path = tmp_path / "lamp.html"
    path.write_text(PAGE, encoding="utf-8")
    return str(path)


def told(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_script_is_shown_scene_by_scene(page: str) -> None:
    shown = told("scenario", page, "--url", "https://shop.example/p/dune")
    assert "Dune Lamp" in shown
    assert "£80" in shown
    assert shown.count("screen") >= 3


def test_the_json_of_a_script_is_a_scenario(page: str) -> None:
    url = "https://shop.example/p/dune"
    one = Scenario.model_validate_json(told("scenario", page, "--url", url, "--json"))
    assert one == script_of_page(PAGE, url)
    many = json.loads(told("scenario", page, "--url", url, "--variants", "3", "--json"))
    assert [Scenario.model_validate(each).wishes.seed for each in many][:1] == [0]
    assert len(many) == 3


@pytest.mark.parametrize("option", [("--variants", "9"), ("--seed", "-1"), ("--language", "English")])
def test_a_wrong_option_is_named(page: str, option: tuple[str, str]) -> None:
    result = CliRunner().invoke(app, ["scenario", page, *option])
    assert result.exit_code != 0
    assert option[0].strip("-") in str(result.exception) + result.output


def test_the_facts_of_a_page_are_shown(page: str) -> None:
    assert "Dims with one finger" in told("scrape", page, "--facts")
    facts = json.loads(told("scrape", page, "--facts", "--json"))
    assert {"type", "strength", "source", "text"} <= set(facts[0])
    assert any("Cable of 2 metres" in fact["text"] for fact in facts)
