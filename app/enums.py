"""The kinds, states and priorities of tasks and sessions; ``app.models`` hands them on with all other models.

Of their own, so that what only names them, as the command line does, loads in no time.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class TaskType(StrEnum):
    """The eight kinds of work."""

    SCRAPING = "scraping"
    DATA_EXTRACTION = "data_extraction"
    CONTENT_ANALYSIS = "content_analysis"
    IMAGE_ANALYSIS = "image_analysis"
    SCENARIO_GENERATION = "scenario_generation"
    SAVE_SCENARIO = "save_scenario"
    VIDEO_GENERATION = "video_generation"
    FINALIZE_SHORT = "finalize_short"


class TaskStatus(StrEnum):
    """The states of a task; the moves between them stand in ``app.tasks.service``."""

    QUEUED = "queued"
    RUNNING = "running"
    RETRYING = "retrying"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TaskPriority(IntEnum):
    """Higher runs first."""

    LOW = 1
    NORMAL = 2
    HIGH = 3
    URGENT = 4


class SessionStatus(StrEnum):
    """``completed`` and ``failed`` occur only for scenarios that wait for a person."""

    ACTIVE = "active"
    COMPLETED = "completed"
    FAILED = "failed"


class WebhookKind(StrEnum):
    """What a webhook can tell of.

    ``short.waiting``: for a person to review the scenario; ``short.approved``, ``short.commented``: over a share link.
    """

    COMPLETED = "short.completed"
    FAILED = "short.failed"
    WAITING = "short.waiting"
    APPROVED = "short.approved"
    COMMENTED = "short.commented"
