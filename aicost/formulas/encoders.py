"""Arithmetic of encoders, which embed texts and rerank passages: work, speed, price, plausibility.

An encoder reads its text once and writes nothing, so its work is known before it runs, and so is
the speed that no machine can exceed.
"""

from __future__ import annotations

import numpy as np

from aicost.values.quantities import MTOK, SECONDS_PER_HOUR, Numeric


def encoder_flops(*, layers: Numeric, hidden: Numeric, text_tokens: Numeric) -> Numeric:
    """The work of reading one text once: 24 L h² s + 4 L h s².

    Parameters
    ----------
    layers : layers L of the encoder. [layers]
    hidden : width h of a layer. [dimensions]
    text_tokens : tokens s of the text; of a pair, those of question and passage together. [tokens]

    Returns
    -------
    Operations, a multiplication and an addition counted as two. [FLOP]

    Notes
    -----
    For encoders whose inner layer is four times as wide as the outer one (BERT, XLM-RoBERTa and
    the models built on them). Looking up the vectors of tokens is no work to speak of, so counting
    two operations a parameter would overstate models with a large vocabulary.

    References
    ----------
    Own count of the matrix products: 4 h² for attention, 8 h² for the inner layer, two operations
    each, and 4 h s for the products of all tokens with all.

    Examples
    --------
    >>> round(float(encoder_flops(layers=6, hidden=384, text_tokens=256)) / 1e9, 2)
    6.04
    """
    return 24 * layers * np.square(hidden) * text_tokens + 4 * layers * hidden * np.square(
        text_tokens
    )


def tokens_per_second(
    *,
    layers: Numeric,
    hidden: Numeric,
    text_tokens: Numeric,
    peak_flops: Numeric,
    utilisation: Numeric,
) -> Numeric:
    """The tokens a device embeds in a second: peak x utilisation / FLOP per token.

    Parameters
    ----------
    layers : layers of the encoder. [layers]
    hidden : width of a layer. [dimensions]
    text_tokens : tokens of one text. [tokens]
    peak_flops : dense peak of the device. [FLOP/s]
    utilisation : share of the peak that is reached. [share]

    Returns
    -------
    Throughput. [tokens/s]

    Notes
    -----
    Encoders are bound by arithmetic, not by memory, so throughput hardly depends on the batch.
    Which share of the peak is reached is for the client to measure; one published run on an A100
    reaches 0.12.

    Examples
    --------
    >>> speed = tokens_per_second(layers=24, hidden=1024, text_tokens=512, peak_flops=312e12,
    ...                           utilisation=0.12)
    >>> round(float(speed), -2)
    57200.0
    """
    work = encoder_flops(layers=layers, hidden=hidden, text_tokens=text_tokens)
    return peak_flops * utilisation / work * text_tokens


def utilisation_of(
    *,
    tokens_per_s: Numeric,
    layers: Numeric,
    hidden: Numeric,
    text_tokens: Numeric,
    peak_flops: Numeric,
) -> Numeric:
    """The share of a device's peak that a claimed throughput takes; above 1 it cannot be.

    Parameters
    ----------
    tokens_per_s : tokens embedded in a second, as claimed. [tokens/s]
    layers : layers of the encoder. [layers]
    hidden : width of a layer. [dimensions]
    text_tokens : tokens of one text. [tokens]
    peak_flops : dense peak of the device, in the fastest number format it has. [FLOP/s]

    Returns
    -------
    Share of the peak. [share]

    Examples
    --------
    >>> claim = {"tokens_per_s": 8_500 * 512, "layers": 24, "hidden": 1024, "text_tokens": 512}
    >>> round(float(utilisation_of(**claim, peak_flops=660.6e12)), 1)
    4.3
    """
    work = encoder_flops(layers=layers, hidden=hidden, text_tokens=text_tokens)
    return tokens_per_s / text_tokens * work / peak_flops


def self_hosted_usd_per_mtok(
    *, usd_per_hour: Numeric, tokens_per_s: Numeric, busy_share: Numeric
) -> Numeric:
    """What a million tokens cost on a rented machine: p / (3600 v b) x 1e6.

    Parameters
    ----------
    usd_per_hour : price of the machine. [USD/hour]
    tokens_per_s : tokens it reads in a second while it works. [tokens/s]
    busy_share : share of the paid hours in which it works. [share]

    Returns
    -------
    Price per million tokens. [USD/Mtok]

    Examples
    --------
    >>> round(float(self_hosted_usd_per_mtok(usd_per_hour=1.04, tokens_per_s=60_000,
    ...                                      busy_share=0.5)), 4)
    0.0096
    """
    return usd_per_hour / (SECONDS_PER_HOUR * tokens_per_s * busy_share) * MTOK


def reading_s(
    *,
    texts: Numeric,
    layers: Numeric,
    hidden: Numeric,
    text_tokens: Numeric,
    reached_flops: Numeric,
) -> Numeric:
    """How long a device reads n texts or pairs: n x FLOP per text / FLOP/s reached.

    Parameters
    ----------
    texts : texts to embed, or pairs of question and passage to score. [texts]
    layers : layers of the encoder. [layers]
    hidden : width of a layer. [dimensions]
    text_tokens : tokens of one text or pair. [tokens]
    reached_flops : operations a second that the device reaches: its peak times the
        utilisation. [FLOP/s]

    Returns
    -------
    Time, without the way to the machine and back. [s]

    Notes
    -----
    Measured on one processor core (six layers of 384, 8-bit): 100 to 154 GFLOP/s at 48 to 496
    tokens, so within 25 % of 125 GFLOP/s; 1 to 50 texts at a time differ by less than 20 %.

    Examples
    --------
    >>> seconds = reading_s(texts=50, layers=6, hidden=384, text_tokens=128, reached_flops=125e9)
    >>> round(float(seconds), 2)
    1.15
    """
    work = encoder_flops(layers=layers, hidden=hidden, text_tokens=text_tokens)
    return texts * work / reached_flops


def call_s(*, fixed_s: Numeric, s_per_unit: Numeric, units: Numeric) -> Numeric:
    """How long a call takes that has a fixed part and one that grows: t0 + c u.

    Parameters
    ----------
    fixed_s : time of the smallest call. [s]
    s_per_unit : time that each further unit adds. [s/unit]
    units : size of the call: tokens, pairs or FLOP. [units]

    Returns
    -------
    Time of the call. [s]

    Notes
    -----
    Cohere Rerank 3.5 on one dedicated unit, by tokens: nine published times, each left out of the
    fit in turn, are met within 2.1 % on average, 3.9 % at worst; they are printed to 10 ms. MiniLM
    rerankers of 4, 6 and 12 layers on one V100, by FLOP: within 0.6 % of the published speed. Two
    models that the fit has not seen come out faster than published: 2 layers by 2 %, 2 layers of
    a third of the width by 13 %, so a narrow model reaches less of the peak.

    Examples
    --------
    >>> round(float(call_s(fixed_s=0.106, s_per_unit=4.28e-6, units=50 * 356)), 3)
    0.182
    """
    return fixed_s + s_per_unit * units


def fitted_call(*, units: Numeric, latency_s: Numeric) -> tuple[float, float]:
    """The fixed part and the part per unit that meet measured times best.

    Least squares of the relative errors, so that short calls count as much as long ones.

    Parameters
    ----------
    units : size of each measured call. [units]
    latency_s : how long each took. [s]

    Returns
    -------
    `fixed_s` and `s_per_unit` of `call_s`. [s, s/unit]

    Raises
    ------
    ValueError
        Fewer than two different sizes: they do not tell a fixed part from a growing one.

    Examples
    --------
    >>> [round(part, 6) for part in fitted_call(units=[0, 1_000, 2_000], latency_s=[0.1, 0.2, 0.3])]
    [0.1, 0.0001]
    """
    size, took = np.asarray(units, float), np.asarray(latency_s, float)
    if np.unique(size).size < 2:
        raise ValueError("units: all calls have one size; measure at least two")
    slope, fixed = np.polyfit(size, took, deg=1, w=1 / took)
    return float(fixed), float(slope)
