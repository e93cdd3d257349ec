"""aicost: what an AI system costs, line by line, and where it stops being viable."""

from aicost.bill import Bill, bill
from aicost.book import Book
from aicost.loading import load
from aicost.quantities import Range, Spread
from aicost.reading import ScenarioError
from aicost.scenario import Scenario

__all__ = ["Bill", "Book", "Range", "Scenario", "ScenarioError", "Spread", "bill", "load"]
