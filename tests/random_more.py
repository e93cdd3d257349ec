"""What random scenarios say beside the rest: fees, pictures, tools, ratios, rents, rates, pieces.

It is drawn from a stream of its own, so that all that was drawn before stays as it was.
"""

import random

Fields = dict[str, str]

#: Models with a price of searches, of sound that is heard, of pictures that are made.
SEARCHING = (
    "anthropic/claude-haiku-5-5",
    "anthropic/claude-sonnet-5-5",
    "openai/gpt-6-luna",
    "google/gemini-3.8-flash",
)
MEDIA = {
    "google/gemini-2.5-flash": "input_audio",
    "google/gemini-2.5-flash-image": "output_image",
}
UNITS = ("input_image", "output_image", "input_audio", "output_audio", "input_video")
UNITS += ("output_video",)
RENTED = "google/gemini-3.8-flash"
COUNTED = ("openai/gpt-4o", "anthropic/claude-opus-4-7", "characters", "words")
CONTENTS = ("english", "german", "code", "json")


class More:
    """Adds to the fields of a stage."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.kept_by: list[str] = []  # what a prompt may be kept apart by

    def chance(self, of: float) -> bool:
        return self.rng.random() < of

    def number(self, low: float, high: float) -> str:
        """Return a number, log-uniform, with few digits."""
        return f"{float(f'{low * (high / low) ** self.rng.random():.4g}'):.10f}".rstrip("0").rstrip(
            "."
        )

    def mix(self, low: float, high: float) -> str:
        """Return a number or a spread."""
        p50 = self.number(low, high)
        if self.chance(0.6):
            return p50
        return f"{{p50: {p50}, p95: {float(p50) * self.rng.uniform(1.1, 6):.6f}}}"

    def share(self, low: float, high: float) -> str:
        return f"{self.rng.uniform(low, high) * 100:.3f} %"

    def tenants(self, *, by_user: bool) -> Fields:
        """Return how many users share what is kept apart, and note it for prompts."""
        self.kept_by = ["per_user"] if by_user else []
        told = {"success_share": self.share(0.3, 1)} if self.chance(0.2) else {}
        if not by_user or not self.chance(0.4):
            return told
        self.kept_by.append("per_tenant")
        return told | {"users_per_tenant": str(self.rng.randint(2, 90))}

    def stage(self, fields: Fields) -> Fields:
        """Return a stage with more of what its kind may say."""
        kinds = {
            "response_cache": self.cache,
            "embedding": self.embedding,
            "retrieval": self.retrieval,
            "reranking": self.reranking,
            "human_review": self.people,
            "hand_off": self.people,
            "observability": self.any_stage,
        }
        return kinds.get(fields["is"], self.call)(fields)

    def any_stage(self, fields: Fields) -> Fields:
        """Return what any stage may say."""
        if self.chance(0.06) and "billed_as" not in fields:
            fields = fields | {"billed_as": self.rng.choice(("hosting", "caching", "embedding"))}
        return fields

    def ratios(self, fields: Fields, of: float, *more: str) -> Fields:
        """Return how its tokens were counted: by ratios, or by a name and what the text is."""
        if self.chance(of / 2):
            counted = {"counted_with": self.rng.choice(COUNTED)}
            counted |= {"content": self.rng.choice(CONTENTS)} if self.chance(0.5) else {}
            if self.chance(0.3):
                counted = {"passages_counted_with": self.rng.choice(COUNTED[:2])}
            return fields | counted
        names = ("token_ratio", "passage_ratio", *more)
        return fields | {n: self.number(0.5, 2) for n in names if self.chance(of)}

    def corpus(self) -> Fields:
        """Return what the documents were counted with, and what they are."""
        if not self.chance(0.15):
            return {}
        return {"counted_with": "openai/gpt-4o", "content": self.rng.choice(CONTENTS[:3])}

    def call(self, fields: Fields) -> Fields:
        """Return a call to a model with more in it."""
        if self.chance(0.4) or "input_tokens" not in fields:
            return self.any_stage(fields)
        listed = "price" not in fields and "pool" not in fields
        plain = listed and not {"batch", "service_tier"} & fields.keys()
        fields, beside = dict(fields), dict[str, str]()
        if plain and self.chance(0.3):
            fields["model"] = self.rng.choice([*MEDIA, RENTED])
            if unit := MEDIA.get(fields["model"]):
                fields[f"{unit}_tokens"] = self.number(10, 5_000)
        elif not listed and "price" in fields:
            for unit in self.rng.sample(UNITS, self.rng.randint(0, 2)):
                fields[f"{unit}_tokens"] = self.number(10, 5_000)
                beside[unit] = self.number(0.1, 60)
        if self.chance(0.4):
            fields["thinking_tokens"] = self.mix(50, 9_000)
            if "price" in fields and self.chance(0.5):
                beside["output_reasoning"] = self.number(0.1, 60)
        rented = fields.get("model") == RENTED and plain
        if ("price" in fields or rented) and self.chance(0.3):
            hours = f", hours: {self.number(1, 700)}" if self.chance(0.5) else ""
            fields["cache_kept"] = f"{{tokens: {self.number(1_000, 500_000)}{hours}}}"
            if "price" in fields:
                beside["cache_storage_hour"] = self.number(0.1, 5)
        if beside:
            more = ", ".join(f"{key}: {value}" for key, value in beside.items())
            fields["price"] = f"{fields['price'][:-1]}, {more}}}"
        if self.chance(0.4):
            fields["tools"] = f"{{count: {self.rng.randint(0, 30)}, tokens_each: 140}}"
            if self.chance(0.5):
                fields["tool_ratio"] = self.number(0.5, 2)
        if self.chance(0.2):
            sizes = self.number(1, 3_000), self.number(1, 900)
            fields["prompt"] = "{{system: {}, examples: {{tokens: {}}}}}".format(*sizes)
        if self.kept_by and self.chance(0.3):
            fields["prefixes"] = self.rng.choice(self.kept_by)
        if self.chance(0.1):
            fields["success_share"] = self.share(0.3, 1)
        if fees := self.fees(fields):
            fields["fees"] = "{" + ", ".join(fees) + "}"
        return self.any_stage(self.ratios(fields, 0.2))

    def fees(self, fields: Fields) -> list[str]:
        fees = []
        if fields.get("model") in SEARCHING and self.chance(0.5):
            fees.append(f"web_search: {self.mix(0.05, 4)}")
        if self.chance(0.3):
            fees.append(f"guard: {{count: {self.mix(0.2, 9)}, usd_each: {self.number(0.0001, 1)}}}")
        return fees

    def by_request(self, fields: Fields) -> Fields:
        """Return the call, now and then one that is paid by the request alone."""
        if not self.chance(0.08) or "pool" in fields:
            return fields
        kept = ("is", "share", "of", "repeat", "retry", "tries")
        paid = {"price": f"{{request: {self.number(0.0001, 0.2)}}}", "reads_context": "no"}
        return {key: value for key, value in fields.items() if key in kept} | paid

    def people(self, fields: Fields) -> Fields:
        """Return people whose hour or review has a price, in place of a wage."""
        if not self.chance(0.3):
            return fields
        gone = {"wage_per_hour", "role"}
        rest = {key: value for key, value in fields.items() if key not in gone}
        if self.chance(0.5):
            return rest | {"price_per_review": self.number(0.1, 40)}
        return rest | {"rate_per_hour": self.number(8, 150)}

    def embedding(self, fields: Fields) -> Fields:
        more = ("prefix_ratio",) if "prefix_model" in fields else ()
        return self.any_stage(self.ratios(fields, 0.15, *more))

    def reranking(self, fields: Fields) -> Fields:
        if "documents" in fields and self.chance(0.5):
            fields = fields | {"passage_tokens": self.number(50, 900)}
        return self.any_stage(self.ratios(fields, 0.2))

    def retrieval(self, fields: Fields) -> Fields:
        fields = dict(fields)
        if "price" in fields:
            price = fields["price"][1:-1]
            if "units" in price and "unit_hour" not in price:
                return self.any_stage(fields)
            more = [price] if price else []
            if self.chance(0.3):
                more.append(f"million_writes: {self.number(0.1, 30)}")
            if self.chance(0.2):
                more.append(f"memory_gb: {self.number(1, 100)}")
            fields["price"] = "{" + ", ".join(more) + "}"
        elif self.chance(0.3):
            fields |= {"units": str(self.rng.randint(1, 9))}
        if fields.get("store") == "opensearch-serverless" and self.chance(0.5):
            fields["indexing_units"] = str(self.rng.randint(0, 9))
        return self.any_stage(fields)

    def cache(self, fields: Fields) -> Fields:
        for key, value in (("repeat", "2"), ("retry", "20 %"), ("tries", "2")):
            if self.chance(0.15):
                fields = fields | {key: value}
        return self.any_stage(fields)

    def other(self) -> Fields:
        """Return a line that is paid by the unit, or shown elsewhere."""
        fields = {}
        if self.chance(0.3):
            fields = {"per_unit": self.number(0.001, 50), "units": str(self.rng.randint(0, 5_000))}
            if self.chance(0.5):
                fields["free_units"] = str(self.rng.randint(0, 3_000))
        if self.chance(0.2):
            fields["component"] = self.rng.choice(("inference", "observability", "other"))
        return fields

    def pool(self, fields: Fields) -> Fields:
        """Return a pool that is paid by the month, or shown elsewhere."""
        if "price_per_hour" in fields and "running" not in fields and self.chance(0.2):
            rest = {key: value for key, value in fields.items() if key != "price_per_hour"}
            fields = rest | {"price_per_month": self.number(300, 50_000)}
        if self.chance(0.15):
            fields = fields | {"component": self.rng.choice(("hosting", "embedding"))}
        if "serves" in fields:
            fields = fields | {"engine": self.rng.choice(("vllm", "trtllm", "sglang"))}
            if not {"price_per_hour", "price_per_month", "bought"} & fields.keys():
                fields |= {"terms": "reserved"} if self.chance(0.8) else {}
            if "bought" in fields and self.chance(0.5):
                fields["bought"] = f"{fields['bought'][:-1]}, power: 9_000, power_share: 60 %}}"
        return fields

    def beside(self, *, goals: bool) -> str:
        """Return what stands in a file and on no bill."""
        lines = [
            "client: Rossi & Co",
            "author: A. Weber",
            'confirm: {month.days: "Ms Rossi, 12 Dec"}',
        ]
        lines += ["growth: {users_per_month: 4 %, months: 18}", "constraints: {residency: global}"]
        lines += [f"limits: {{usd_per_request: {self.number(0.01, 9)}}}"]
        lines += ["published: {monthly: 1_534.64}"]
        if goals:
            own = "margin: 60 %, price_per_user_month: 12, cloud_budget_per_month: 900"
            lines += [f"goals: {{{own}, budget_per_month: 1_000}}"]
        seen = {"first_word_p50": 0.5, "first_word_p95": 2, "whole_answer_p50": 3}
        seen |= {"whole_answer_p95": 12}
        told = self.rng.choice([*seen])
        lines += [f"observed: {{{told}: {seen[told]}, at: {self.rng.choice(('peak', 'mean'))}}}"]
        return "".join(f"{line}\n" for line in lines)
