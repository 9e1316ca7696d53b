"""Three APIs and four workers on one database, broker and S3 server; processes are killed, and nothing is lost.

``make test-slow`` runs this, ``make chaos`` for longer, with every fault of ``tests.chaos.machines``.
"""

from __future__ import annotations

import pytest

from tests.chaos.__main__ import report
from tests.chaos.machines import run_machines

FAULTS = ["kill -9 of a worker", "kill -9 of an API"]

pytestmark = pytest.mark.slow


def test_killing_processes_of_many_loses_nothing() -> None:
    findings, happened = run_machines(seed=2, faults=FAULTS, shorts=1)
    assert findings.good, report(findings)
    assert findings.shorts_by_end["completed"] == findings.accepted_shorts >= 1
    assert sum(happened.values()) == len(FAULTS)
