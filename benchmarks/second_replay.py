"""Plays a log of prompts again through cacheeconomics, and compares the tokens read from the cache.

python benchmarks/second_replay.py LOG.jsonl.gz [REQUESTS]

It needs `pip install cacheeconomics` (0.2.1 was tried), which nothing else here does. Every full
block is marked, so that its five-minute cache keeps what ours does. Exits 1 beyond 0.5 %.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from cacheeconomics.allocate import Plan
from cacheeconomics.simulate import simulate
from cacheeconomics.trace import Request, Segment

from aicost.accuracy.traces import BLOCK, Prompts, Traces

BAR, LIFETIME_S = 0.005, 300.0


def all_marked(request: Request, **_: object) -> Plan:
    """Mark every block for five minutes."""
    every = [segment.index for segment in request.segments]
    return Plan("every block", every, dict.fromkeys(every, "5m"))


def main(path: Path, most: int | None) -> int:
    """Play both, print what each reads, and return the exit code."""
    log = Traces(path.parent).prompts(path.name.split(".")[0])
    assert log is not None
    if most is not None:
        size = int(log.lengths[:most].sum())
        log = Prompts(
            log.at_s[:most], log.input_tokens[:most], log.blocks[:size], log.lengths[:most]
        )
    start, requests = datetime(2026, 1, 1, tzinfo=UTC), []
    ends = np.cumsum(log.lengths)
    for i in range(len(log.lengths)):
        own = log.blocks[ends[i] - log.lengths[i] : ends[i]][: log.full[i]]
        segments = [Segment(str(block), "user", BLOCK, at) for at, block in enumerate(own)]
        rest = int(log.input_tokens[i] - BLOCK * len(own))
        segments.append(Segment(f"rest of {i}", "user", rest, len(own)))
        sent = start + timedelta(seconds=float(log.at_s[i]))
        requests.append(
            Request(str(i), sent, "claude-sonnet-5", {}, segments, target_id="anthropic/direct")
        )
    theirs = simulate(requests, all_marked, volatility={}, cadence=60.0)
    read = sum(usage.cache_read for usage in theirs.usages)
    ours = log.kept(LIFETIME_S).read
    off = read / ours - 1
    print(f"{len(requests):,} requests: {read:,} tokens read there, {ours:,.0f} here, {off:+.3%}")
    return int(abs(off) > BAR)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None))
