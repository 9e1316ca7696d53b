"""The scheduler, under the path of the contract; it lives in ``app.maintenance.scheduler``."""

from app.maintenance.scheduler import Scheduler, cleanup, status

__all__ = ["Scheduler", "cleanup", "status"]
