"""Which service of an invoice is which component of a bill."""

import pytest

from aicost.invoices.services import ASIDE, _services, aside_of, component_of
from aicost.values.charge import COMPONENTS


@pytest.mark.parametrize(
    ("provider", "service", "component"),
    [
        ("aws", "Amazon Bedrock", "inference + embedding + reranking"),
        ("aws", "Claude Opus 5.5 (Amazon Bedrock Edition)", "inference"),
        ("aws", "AmazonCloudWatch", "observability"),
        ("aws", "EC2 - Other", "hosting"),
        ("aws", "Amazon Simple Storage Service", "hosting"),
        ("aws", "Support (Business)", "support"),
        ("azure", "Azure OpenAI", "inference + embedding + reranking"),
        ("gcp", "Vertex AI Search", "retrieval"),
        ("gcp", "Vertex AI", "inference + embedding + reranking"),
        ("", "Sales tax", "tax"),
        ("", "Something new", ""),
    ],
)
def test_services_and_their_components(provider: str, service: str, component: str) -> None:
    assert component_of(service, provider) == component


def test_every_service_maps_to_components_that_exist() -> None:
    for known in _services():
        assert known.provider in ("aws", "azure", "gcp", "any")
        assert known.pattern == known.pattern.lower()
        assert set(known.component.split(" + ")) <= {*COMPONENTS, *ASIDE}


def test_no_service_stands_behind_one_that_takes_its_rows() -> None:
    """A pattern that an earlier one of its vendor covers whole could never apply."""
    rows = [(s.provider, s.pattern) for s in _services()]
    for i, (provider, pattern) in enumerate(rows):
        word = pattern.replace("*", "x")
        first = component_of(word, provider) if provider != "any" else component_of(word)
        assert first, pattern
        assert (provider, pattern) not in rows[:i]


@pytest.mark.parametrize(
    ("kind", "aside"),
    [
        ("Tax", "tax"),
        ("VAT", "tax"),
        ("Rounding error", "rounding"),
        ("SavingsPlanRecurringFee", "commitments"),
        ("Purchase", "commitments"),
        ("Refund", "credits"),
        ("Usage", ""),
        ("", ""),
    ],
)
def test_rows_that_are_no_usage(kind: str, aside: str) -> None:
    assert aside_of(kind) == aside
