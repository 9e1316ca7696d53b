"""Saving a scenario, under the path of the contract; it lives in ``app.shorts.steps.save_scenario``."""

from app.shorts.steps.save_scenario import start_save_scenario

__all__ = ["start_save_scenario"]
