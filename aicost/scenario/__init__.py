"""A client's system: its file read and checked, its values held, set and drawn."""

from aicost.scenario.problems import Problem, ScenarioError
from aicost.scenario.scenario import Scenario

__all__ = ["Problem", "Scenario", "ScenarioError"]
