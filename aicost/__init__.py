"""aicost: what an AI system costs, line by line, and where it stops being viable."""

from aicost.billing.bill import Bill
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.scenario.load import load
from aicost.scenario.problems import ScenarioError
from aicost.scenario.scenario import Scenario
from aicost.values.quantities import Range, Spread

__all__ = ["Bill", "Book", "Range", "Scenario", "ScenarioError", "Spread", "bill", "load"]
