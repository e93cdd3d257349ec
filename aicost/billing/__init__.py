"""From a scenario and its price book to a bill."""

from aicost.billing.bill import Bill
from aicost.billing.case import Case

__all__ = ["Bill", "Case"]
