"""Writes the pages of ``docs/reference`` from the code itself, and the picture of a task's states."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import typer
from typer.cli import get_docs_for_click

from app.cli.main import app as commands
from app.config import DEFAULT_LIMITS, Settings
from app.main import create_app
from tools.states import states_svg

ROOT = Path(__file__).parents[1]
NOTE = "<!-- Written by `make reference`; do not edit. -->\n"
Schema = Mapping[str, Any]


def pages() -> dict[str, str]:
    """Return the text of every page that is written, by its path under ``docs``."""
    return {
        "reference/api.md": api_page(),
        "reference/settings.md": settings_page(),
        "reference/commands.md": commands_page(),
        "images/states.svg": states_svg(),
    }


def settings_page() -> str:
    """Return the page of the settings: name, default, values, meaning."""
    lines = [NOTE, "# Settings", ""]
    lines += [
        "Environment variables, or lines of a file `.env` in the current folder. A wrong value stops the start with"
    ]
    lines += ["one line that names it.", "", "| setting | unset means | values | |", "| --- | --- | --- | --- |"]
    meanings = attribute_docs(Settings)
    for name, schema in Settings.model_json_schema()["properties"].items():
        default = schema.get("default")
        shown = (
            ""
            if default is None or default == ""
            else f"`{str(default).lower() if default in (True, False) else default}`"
        )
        if name in DEFAULT_LIMITS:
            shown = f"`{DEFAULT_LIMITS[name]}` where keys are required"
        lines.append(f"| `{name.upper()}` | {shown} | {values(schema)} | {cell(meanings.get(name, ''))} |")
    return "\n".join(lines) + "\n"


def attribute_docs(kind: type) -> dict[str, str]:
    """Return the docstrings that stand under a class's attributes."""
    [body] = [node.body for node in ast.parse(inspect.getsource(kind)).body if isinstance(node, ast.ClassDef)]
    found: dict[str, str] = {}
    for node, after in pairwise(body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and isinstance(after, ast.Expr):
            found[node.target.id] = inspect.cleandoc(ast.literal_eval(after.value))
    return found


def values(schema: Schema) -> str:
    """Say in a few words what a value may be."""
    if "anyOf" in schema:
        return values(next(one for one in schema["anyOf"] if one.get("type") != "null"))
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    above = "above " if "exclusiveMinimum" in schema else ""
    words = {"integer": "whole number", "number": "number", "boolean": "`true`, `false`", "string": "text"}
    said = words.get(schema.get("type", ""), "text")
    if low is not None and "maximum" in schema:
        return f"{said}, {above}{number(low)} to {number(schema['maximum'])}"
    return said if low is None else f"{said}, {above or 'from '}{number(low)}"


def number(value: float) -> str:
    """Return a number as people write it."""
    return f"{int(value):,}" if value == int(value) else str(value)


def api_page() -> str:
    """Return the page of the HTTP API: every operation and every schema of the OpenAPI document."""
    document = create_app().openapi()
    lines = [NOTE, "# API reference", ""]
    lines += [
        "Every endpoint, as `/openapi.json` describes it. [The HTTP API](../api.md) shows it by example. All may answer"
    ]
    lines += ["401, 422 and 503 with a [Problem](#problem).", ""]
    by_tag: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for tag in operation.get("tags", ["other"])[:1]:
                by_tag.setdefault(tag, []).extend(operation_lines(method.upper(), path, operation))
    for tag, of_tag in by_tag.items():
        lines += [f"## {tag.capitalize()}", "", *of_tag]
    lines += ["## Schemas", ""]
    for name, schema in sorted(document["components"]["schemas"].items()):
        lines += schema_lines(name, schema)
    return "\n".join(lines).rstrip() + "\n"


def operation_lines(method: str, path: str, operation: Schema) -> Iterator[str]:
    """Yield what is said of one operation."""
    yield from (f"### `{method} {path}`", "", cell(operation.get("description") or operation.get("summary", "")), "")
    if parameters := [one for one in operation.get("parameters", []) if one["in"] != "cookie"]:
        yield from ("| parameter | in | values | |", "| --- | --- | --- | --- |")
        for one in parameters:
            must = "required" if one.get("required") and one["in"] != "path" else ""
            said = cell(one.get("description", "") or must)
            yield f"| `{one['name']}` | {one['in']} | {kind(one.get('schema', {}))} | {said} |"
        yield ""
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        yield from (f"Body, `{media_type}`: {kind(content.get('schema', {}))}", "")
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            content = next(iter(answer.get("content", {}).items()), None)
            what = f": {kind(content[1].get('schema', {}))}, `{content[0]}`" if content else ""
            yield from (f"Answer {status}{what}", "")
    others = [status for status in operation["responses"] if status[0] in "345" and status not in ("401", "422", "503")]
    if others:
        yield from (f"Errors: {', '.join(others)}", "")


def schema_lines(name: str, schema: Schema) -> Iterator[str]:
    """Yield what is said of one schema."""
    yield from (f"### {name}", "")
    if schema.get("description"):
        yield from (cell(schema["description"]), "")
    if "enum" in schema:
        yield from (", ".join(f"`{one}`" for one in schema["enum"]), "")
    if schema.get("properties"):
        yield from ("| field | values | |", "| --- | --- | --- |")
        for field, one in schema["properties"].items():
            must = "required" if field in schema.get("required", []) else ""
            yield f"| `{field}` | {kind(one)} | {cell(one.get('description', '') or must)} |"
        yield ""


def kind(schema: Schema) -> str:
    """Say of which kind a value is, with a link where that is a schema of its own."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return " or ".join(kind(one) for one in schema[word])
    if schema.get("type") == "array":
        return f"list of {kind(schema.get('items', {}))}"
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") in ("integer", "number", "string") or "enum" in schema:
        return values(schema)
    return str(schema.get("type", "any value"))


def commands_page() -> str:
    """Return the page of the command line, as its ``--help`` says it."""
    group = typer.main.get_command(commands)
    text = get_docs_for_click(obj=group, ctx=typer.Context(group, info_name="shopreel"), name="shopreel")
    return NOTE + "\n" + text.replace("# `shopreel`", "# Commands", 1).strip() + "\n"


def cell(text: str) -> str:
    """Return a text on one line, for a cell of a table; reStructuredText's double backticks as single ones."""
    return " ".join(text.replace("``", "`").replace("|", "\\|").split())


def main() -> None:
    """Write all pages, or, with ``--check``, fail if one is not as it would be written."""
    for name, text in pages().items():
        path = ROOT / "docs" / name
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        elif path.read_text("utf-8") != text:
            raise SystemExit(f"docs/{name} is not what the code says: make reference")


if __name__ == "__main__":
    main()
