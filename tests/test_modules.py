"""Modules are short enough to be read at once, and say something themselves."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = [path for folder in ("app", "examples", "studio", "tools") for path in sorted((ROOT / folder).rglob("*.py"))]
MOST_LINES = 500
FACADES = (ROOT / "app/services", ROOT / "app/utils")
"""What Python callers import: these paths stay, wherever the code is."""


def passes_on(source: str) -> bool:
    """Tell whether a module does nothing but import what others import from it."""
    said = [one for one in ast.parse(source).body if not isinstance(one, ast.Expr)]
    named = [one for one in said if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "__all__"]
    imports = [one for one in said if isinstance(one, ast.Import | ast.ImportFrom)]
    return bool(imports) and len(imports) + len(named) == len(said)


def test_no_module_is_too_long() -> None:
    assert len(MODULES) > 400
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert not {str(path): lines for path, lines in lengths.items() if lines > MOST_LINES}


def test_no_module_only_passes_on() -> None:
    """But a package's ``__init__``, which says what others may use of it, and the paths that are promised."""
    own = [path for path in MODULES if path.name != "__init__.py" and path.parent not in FACADES]
    assert not [str(path) for path in own if passes_on(path.read_text("utf-8"))]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"""Words."""\nfrom app.a import b\n', True),
        ('from app.a import b\n__all__ = ["b"]\n', True),
        ("from app.a import b\nC = b()\n", False),
        ('"""Nothing yet."""\n', False),
    ],
)
def test_what_passes_on(source: str, expected: bool) -> None:
    assert passes_on(source) is expected
