"""From a scenario and its price book to a bill."""

from aicost.billing.bill import Bill

__all__ = ["Bill"]
