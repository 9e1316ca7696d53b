"""Tables as CSV, for people who open them in a spreadsheet program: no cell of them is a formula there.

A program takes a cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break for a formula, and one formula
is enough to send away what the table holds. Such a cell gets an apostrophe in front, which these programs show as text
(OWASP, "CSV Injection"). Numbers stay numbers, and ``unescaped`` takes the apostrophe away again.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import Any, TextIO

SIGN = "'"
START = "=+-@\t\r\n＝＋－＠"
"""The signs of full width count as the plain ones in the programs of East Asia."""
NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)


class TableWriter:
    """Writes rows of a CSV file; the one place that does."""

    def __init__(self, file: TextIO, line_end: str = "\r\n") -> None:
        self._rows = csv.writer(file, lineterminator=line_end)

    def row(self, cells: Iterable[Any]) -> None:
        """Write a row: texts, numbers, or None for nothing."""
        self._rows.writerow([escaped(cell) for cell in cells])


def escaped(cell: Any) -> Any:
    """Return a cell as it may stand in a file; what begins with an apostrophe already gets another one."""
    if not isinstance(cell, str) or not _begins_formula(cell) or NUMBER.fullmatch(cell):
        return cell
    return SIGN + cell


def unescaped(cell: str) -> str:
    """Return what ``escaped`` was given."""
    return cell[1:] if cell.startswith(SIGN) and _begins_formula(cell) else cell


def _begins_formula(cell: str) -> bool:
    return cell.lstrip(SIGN).startswith(tuple(START))
