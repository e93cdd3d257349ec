"""What keeping prompts is worth: the bill of input with and without, and where they meet.

A provider bills what is written to its cache at w times the price of input, what is read from it
at r times. Below, these are `write` and `read`.
"""

from __future__ import annotations

import numpy as np

from aicost.values.quantities import Numeric


def input_multiplier(
    *, read_share: Numeric, written_share: Numeric, write: Numeric, read: Numeric
) -> Numeric:
    """The bill of input beside that without a cache: 1 + (w - 1) W - (1 - r) R.

    Parameters
    ----------
    read_share : share of input that is read from the cache. [share]
    written_share : share of input that is written to it. [share]
    write : price of what is written, in prices of input. [ratio]
    read : price of what is read, in prices of input. [ratio]

    Returns
    -------
    Above 1 where caching costs more than it saves. [ratio]

    Examples
    --------
    >>> input_multiplier(read_share=0.25, written_share=0.75, write=2.0, read=0.1)
    1.525
    """
    return 1.0 + (write - 1.0) * written_share - (1.0 - read) * read_share


def break_even_warm(*, write: Numeric, read: Numeric) -> Numeric:
    """The share of calls that have to find their prefix in the cache: (w - 1) / (w - r).

    Parameters
    ----------
    write : price of what is written, in prices of input. [ratio]
    read : price of what is read, in prices of input. [ratio]

    Returns
    -------
    Share of calls from which on caching saves. [share]

    Examples
    --------
    >>> round(break_even_warm(write=1.25, read=0.1), 3)
    0.217
    """
    return (write - 1.0) / (write - read)


def break_even_reads(*, write: Numeric, read: Numeric) -> Numeric:
    """How often what is written has to be read: (w - 1) / (1 - r).

    Parameters
    ----------
    write : price of what is written, in prices of input. [ratio]
    read : price of what is read, in prices of input. [ratio]

    Returns
    -------
    Reads of a written token, after the call that writes it. [reads]

    Examples
    --------
    >>> round(break_even_reads(write=1.25, read=0.1), 3), round(
    ...     break_even_reads(write=2.0, read=0.1), 2
    ... )
    (0.278, 1.11)
    """
    return (write - 1.0) / (1.0 - read)


def break_even_gap_s(*, lifetime_s: Numeric, write: Numeric, read: Numeric) -> Numeric:
    """The mean time between calls at random up to which caching their prefix saves.

    T / -ln(1 - h), with h the break-even share of calls that find it; hits refresh the lifetime.

    Parameters
    ----------
    lifetime_s : time after which an entry is gone. [s]
    write : price of what is written, in prices of input. [ratio]
    read : price of what is read, in prices of input. [ratio]

    Returns
    -------
    Mean gap; infinite where writing costs nothing extra. [s]

    Examples
    --------
    >>> round(float(break_even_gap_s(lifetime_s=300.0, write=1.25, read=0.1)) / 60, 1)
    20.4
    """
    needed = -np.log1p(-np.asarray(break_even_warm(write=write, read=read)))
    with np.errstate(divide="ignore"):
        return (lifetime_s / needed)[()]


def conversation_input(
    *, turns: Numeric, prompt_tokens: Numeric, asked_tokens: Numeric, answer_tokens: Numeric
) -> Numeric:
    """The input that a conversation bills in all: K (S + u) + (u + a) K (K - 1) / 2.

    Parameters
    ----------
    turns : turns of the conversation. [turns]
    prompt_tokens : what each call of a series carries alike. [tokens]
    asked_tokens : tokens that the user adds in each turn. [tokens]
    answer_tokens : tokens of each answer, which the next turn carries. [tokens]

    Returns
    -------
    Tokens of input over all turns. [tokens]

    Examples
    --------
    >>> conversation_input(turns=2, prompt_tokens=1500, asked_tokens=150, answer_tokens=300)
    3750.0
    """
    earlier = turns * (turns - 1) / 2
    return turns * (prompt_tokens + asked_tokens) + (asked_tokens + answer_tokens) * earlier


def conversation_written(
    *, turns: Numeric, prompt_tokens: Numeric, asked_tokens: Numeric, answer_tokens: Numeric
) -> Numeric:
    """The input of a conversation that no call before had: S + K u + (K - 1) a.

    Parameters
    ----------
    turns : turns of the conversation. [turns]
    prompt_tokens : what each call of a series carries alike. [tokens]
    asked_tokens : tokens that the user adds in each turn. [tokens]
    answer_tokens : tokens of each answer, which the next turn carries. [tokens]

    Returns
    -------
    Tokens written to a cache that keeps all of it from turn to turn. [tokens]

    Examples
    --------
    >>> conversation_written(turns=2, prompt_tokens=1500, asked_tokens=150, answer_tokens=300)
    2100
    """
    return prompt_tokens + turns * asked_tokens + (turns - 1) * answer_tokens
