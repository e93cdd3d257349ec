"""The parts of a system that a log shows: which calls are one stage, and what it is called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw

from aicost.log.beside import beside
from aicost.log.costs import usd_of_call
from aicost.log.engine import collected
from aicost.log.price import Priced
from aicost.values.formatting import money, plural

if TYPE_CHECKING:
    import pandas as pd

Line = dict[Any, Any]  # of a table, by its columns
#: What calls of one stage have in common.
ALIKE = ("feature", "stage", "operation", "item", "batch", "service_tier")
#: What a stage is called where a log has no name for it, by what its calls do.
NAMES = {"embedding": "embedding", "rerank": "reranking", "judge": "judge", "chat": "answer"}
#: What a stage is in a scenario, by what its calls do.
IS = {"embedding": "embedding", "rerank": "reranking", "judge": "inference", "chat": "inference"}
MOST_BRANCHES = 12  # of one stage; the cheaper ones of a model are one
MOST_NAMES = 12  # of stages; the cheaper ones are called by what they do
LONGEST = 40  # letters of a name
JUDGES = re.compile(r"judge|evaluat|grader|grading|scor(?:e|ing)", re.IGNORECASE)
RERANKERS = re.compile(r"rerank|ranker", re.IGNORECASE)
#: Words that mean something else in a pipeline.
RESERVED = {"start", "requests", "route", "loop", "parallel", "steps", "other", "none", "people"}


@dataclass(frozen=True)
class Part:
    """Calls that are one stage: what they do, on which model, sold how, and what they cost.

    `name` is that of the stage, `branch` that among others of the name, which take other requests
    or another model; `usd` is NaN where no call of it has a price.
    """

    name: str
    branch: str
    does: str
    model: str
    batch: bool
    service_tier: str
    calls: int
    usd: float

    @property
    def path(self) -> str:
        """What it is called in a pipeline where it is one of several."""
        return f"{self.name}/{self.branch}" if self.branch else self.name


@dataclass(frozen=True)
class Unplaced:
    """Calls that no stage can be made of: what they are, how many, what they cost, and why."""

    name: str
    calls: int
    usd: float
    why: str


@dataclass(frozen=True)
class Parts:
    """The parts of a log, the calls with `part` beside their columns, and what is in none."""

    parts: tuple[Part, ...]
    calls: nw.LazyFrame[Any]
    unplaced: tuple[Unplaced, ...]


def parts_of(priced: Priced) -> Parts:
    """The parts of a priced log: a stage for each name, a branch of it for each feature and model.

    Stages that look things up, and judges, are one for all features where their model is one.
    """
    frame = priced.calls.with_columns(
        *(nw.col(name).fill_null("").alias(name) for name in ALIKE if name != "batch"),
        batch=nw.col("batch").fill_null(False),
        wrote=nw.col("output_tokens").fill_null(0) + nw.col("thinking_tokens").fill_null(0),
        usd=usd_of_call(),
    )
    lines = collected(
        frame.group_by(*ALIKE).agg(
            nw.len().alias("calls"),
            nw.col("cost_pico").count().alias("priced"),
            nw.col("wrote").sum(),
            nw.col("usd").sum(),
        )
    )
    lines = lines.sort_values([*ALIKE], ignore_index=True)
    lines["does"] = [_does(line) for line in lines.to_dict("records")]
    placed = lines["does"].isin(IS) & (lines["priced"] > 0)
    unplaced = tuple(_unplaced(lines[~placed]))
    lines = lines[placed].reset_index(drop=True)
    lines["name"] = _names(lines)
    lines["branch"] = _branches(lines)
    lines["part"] = [
        f"{n}/{b}" if b else n for n, b in zip(lines["name"], lines["branch"], strict=True)
    ]
    known = beside(frame, lines[[*ALIKE, "part"]])
    return Parts(tuple(_parts(lines)), frame.join(known, on=[*ALIKE], how="left"), unplaced)


def _does(line: Line) -> str:
    """What calls do: as they say, else as their names and tokens show."""
    said, name = line["operation"], line["stage"]
    if said in ("embedding", "rerank", "judge", "retrieval", "tool"):
        return str(said)
    if JUDGES.search(name):
        return "judge"
    if line["wrote"] > 0:
        return "chat"
    if RERANKERS.search(f"{name} {line['item']}"):
        return "rerank"
    return "embedding" if "embed" in f"{name} {line['item']}".lower() else "chat"


def _unplaced(lines: pd.DataFrame) -> Iterator[Unplaced]:
    """Yield what no stage is made of, by name and reason."""
    of: dict[tuple[str, str], list[Line]] = {}
    for line in lines.to_dict("records"):
        of.setdefault((line["stage"] or line["does"], _why(line)), []).append(line)
    for (name, why), some in of.items():
        usd = [line["usd"] for line in some if line["priced"]]
        calls = sum(int(line["calls"]) for line in some)
        yield Unplaced(name, calls, float(sum(usd)) if usd else float("nan"), why)


def _why(line: Line) -> str:
    if line["does"] in IS:
        return "no price of its model is known"
    if line["priced"]:
        return f"no stage stands for a {line['does']} with a model"
    return "what a call of it costs is not in the log"


def _names(lines: pd.DataFrame) -> list[str]:
    """The name of the stage of each line; where there are many, the cheap ones go by their kind."""
    plain = [_plain(one) for one in lines.to_dict("records")]
    usd = lines["usd"].groupby(plain).sum().sort_values(ascending=False, kind="stable")
    kept = {*usd.index[:MOST_NAMES]}
    usual = [NAMES[does] for does in lines["does"]]
    return [name if name in kept else other for name, other in zip(plain, usual, strict=True)]


def _plain(line: Line) -> str:
    """A name as a file can have it: that of the span without its model, else what it does."""
    name, model = line["stage"], line["item"].rpartition("/")[2]
    name = re.sub(rf"\s*{re.escape(model)}\S*$", "", name) if model else name
    name = cleaned(name)
    operations = ("chat", "embeddings", "text_completion", "generate_content", "completion", "llm")
    if not name or name.lower() in operations:
        return NAMES[line["does"]]
    return f"{name} stage" if name.lower() in RESERVED else name


def cleaned(name: str) -> str:
    """Letters that a key of a file can have without quotes, no more of them than are read.

    >>> cleaned("answer/v2: {draft}")
    'answer v2 draft'
    """
    return " ".join(re.sub(r"[^\w.-]+", " ", name).split())[:LONGEST].strip(" .-")


def _branches(lines: pd.DataFrame) -> list[str]:
    """What each line is called among those of its stage; nothing where it is the only one."""
    found = [""] * len(lines)
    for _, of in lines.groupby("name", sort=False):
        writes = of["does"].iloc[0] == "chat"
        words = {
            i: _branch(one, writes) for i, one in zip(of.index, of.to_dict("records"), strict=True)
        }
        usd = of["usd"].groupby(words).sum().sort_values(ascending=False, kind="stable")
        kept = {*usd.index[:MOST_BRANCHES]}
        words = {i: w if w in kept else f"other {_tail(of.loc[i])}" for i, w in words.items()}
        models = {
            w: {
                (of.loc[i, "item"], of.loc[i, "batch"], of.loc[i, "service_tier"])
                for i, v in words.items()
                if v == w
            }
            for w in words.values()
        }
        for i, w in words.items():
            full = w if len(models[w]) == 1 else f"{w} {_tail(of.loc[i])}"
            found[i] = cleaned(full)
        if len({found[i] for i in of.index}) == 1:
            for i in of.index:
                found[i] = ""
    return found


def _branch(line: Line, writes: bool) -> str:
    if writes and line["feature"]:
        return cleaned(line["feature"])
    return cleaned(_tail(line))


def _tail(line: Any) -> str:
    """A model, and how it is sold, as the end of a name."""
    words = str(line["item"]).rpartition("/")[2]
    words += " batch" if line["batch"] else ""
    return f"{words} {line['service_tier']}".strip()


def _parts(lines: pd.DataFrame) -> Iterator[Part]:
    for _, of in lines.groupby("part", sort=False):
        one = of.iloc[0]
        yield Part(
            one["name"],
            one["branch"],
            one["does"],
            one["item"],
            bool(one["batch"]),
            one["service_tier"],
            int(of["calls"].sum()),
            float(of["usd"].sum()),
        )


def unplaced_lines(unplaced: Sequence[Unplaced]) -> Iterator[str]:
    """Yield a line for what no stage was made of, the costliest first."""
    for one in sorted(
        unplaced, key=lambda one: (-(one.usd if one.usd == one.usd else 0), one.name)
    ):
        told = f", {money(one.usd)}" if one.usd == one.usd else ""
        calls = f"{one.calls:,} {plural('call', str(one.calls))}"
        yield f"not in the file: {one.name} ({calls}{told} of the log): {one.why}"
