"""The registry of task types: what all others read from it fits together."""

from __future__ import annotations

import inspect

import pytest

from app.http.schemas import TaskRequest
from app.models import TaskType
from app.queue.names import POOLS
from app.sessions.rules import SESSION_RULES
from app.tasks import runner as task_runner
from app.tasks.registry import OF_A_SHORT, SPECS, STAGES, STEPS, TaskSpec


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.type.value)
def test_an_entry_names_a_function_that_takes_a_context(spec: TaskSpec) -> None:
    assert list(inspect.signature(spec.find("run")).parameters) == ["context"]
    assert task_runner.WORK[spec.type] is spec.find("run")
    assert issubclass(spec.find(spec.request), TaskRequest)
    fields = spec.find(spec.request).model_fields.keys() - TaskRequest.model_fields.keys()
    assert fields <= inspect.signature(spec.find(spec.start)).parameters.keys()
    assert spec.label and spec.does
    assert bool(spec.stage) == bool(spec.step)


def test_each_type_has_one_entry_one_pool_and_one_rule() -> None:
    assert sorted(spec.type for spec in SPECS) == sorted(TaskType)
    assert sorted(one for types in POOLS.values() for one in types) == sorted(TaskType)
    assert {spec.type: spec.session for spec in SPECS} == SESSION_RULES


def test_the_steps_of_a_short_come_one_after_another_and_each_has_one_bar() -> None:
    assert [spec.step for spec in OF_A_SHORT] == sorted(spec.step for spec in OF_A_SHORT)
    assert {spec.step for spec in OF_A_SHORT} == set(range(1, len(STEPS) + 1))
    barred = [one for types in STAGES.values() for one in types]
    assert sorted(barred) == sorted(one for step in STEPS for one in step)
