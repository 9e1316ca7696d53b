"""A short run of random faults on a real installation; ``make test-slow`` runs it, ``make chaos`` the long one."""

from __future__ import annotations

import pytest

from tests.chaos.__main__ import report
from tests.chaos.run import run

pytestmark = pytest.mark.slow


def test_random_faults_lose_nothing_and_leak_nothing() -> None:
    findings, happened = run(seed=4, tasks=14, faults=6, seconds=80, quiet_between=2.0)
    assert findings.good, report(findings)
    assert findings.accepted_shorts >= 2
    assert findings.shorts_by_end["completed"] >= 2
    assert sum(happened.values()) >= 5
    assert findings.looks > 5
