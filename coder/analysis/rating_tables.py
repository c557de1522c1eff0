"""Ratings, their changes, and ratings beside themes as JSON and as tables."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from coder.analysis.ratings import Beside, Change, Rating, RatingCut
from coder.analysis.tally import path_of
from coder.domain.rating import Bar
from coder.stats.ratings import DRAWS, Interval, Summary

Row = list[str | int | float | None]

_SUMMARY = ("n", "mean", "median", "sd", "mean_low", "mean_high", "median_low", "median_high", "reason")


def ratings_json(found: Sequence[Rating], moved: Sequence[Change], cut: RatingCut) -> dict[str, Any]:
    """Ratings and their changes as the JSON that docs/counts.md documents; what is not defined is null."""
    return {
        "interval": None if cut.census else {"method": "percentile bootstrap", "draws": DRAWS, "seed": cut.seed},
        "by": cut.by or None,
        "ratings": [_rating_json(rating, cut) for rating in found],
        "changes": [_change_json(change) for change in moved],
    }


def _named(rating: Rating) -> dict[str, Any]:
    return {
        "question": None if rating.question is None else rating.question.key,
        "attribute": rating.name if rating.question is None else None,
        "prompt": None if rating.question is None else rating.question.prompt,
        "wave": rating.wave or None,
    }


def _rating_json(rating: Rating, cut: RatingCut) -> dict[str, Any]:
    scale = rating.scale
    entry: dict[str, Any] = {
        **_named(rating),
        "participants": rating.everyone,
        "scale": scale
        and {
            "low": scale.low,
            "high": scale.high,
            "low_from": scale.low_from.value,
            "high_from": scale.high_from.value,
        },
        **_summary(rating.summary),
        "distribution": _distribution(rating.bars),
        "left_out": [
            {"value": out.value, "participants": len(out.people), "reason": out.reason} for out in rating.left_out
        ],
    }
    if cut.by:
        entry["groups"] = [{"value": value, **_summary(summary)} for value, summary in rating.groups.items()]
    return entry


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "question": change.before.name,
        "before": {"wave": change.before.wave, **_middle(change.before.summary)},
        "after": {"wave": change.after.wave, **_middle(change.after.summary)},
        "only_before": len(change.only_before),
        "only_after": len(change.only_after),
        "paired": {
            "before": _middle(change.paired_before),
            "after": _middle(change.paired_after),
            "change": {**_summary(change.change), "distribution": _distribution(change.bars)},
            "improved": len(change.improved),
            "same": len(change.same),
            "worse": len(change.worse),
            "improvement": "lower" if change.low_is_good else "higher",
        },
    }


def beside_json(found: Sequence[Beside], *, census: bool = False) -> dict[str, Any]:
    """Ratings beside themes as JSON."""
    interval = None if census else {"method": "Welch", "confidence": 0.95}
    return {"interval": interval, "beside": [_beside_json(one) for one in found]}


def _beside_json(one: Beside) -> dict[str, Any]:
    return {
        "rating": _named(one.rating),
        "question": one.question.key,
        "wave": one.question.wave or None,
        "rated": one.rating.summary.n,
        "answered": one.answered,
        "reviewed": one.reviewed,
        "themes": [
            {
                "theme": one.codebook.by_id[t.theme_id].name,
                "path": list(one.codebook.path(t.theme_id)),
                "with": _middle(t.having),
                "without": _middle(t.lacking),
                "difference": t.apart.difference,
                "low": _low(t.apart.interval),
                "high": _high(t.apart.interval),
                "reason": t.apart.reason or None,
            }
            for t in one.themes
        ],
    }


def _middle(summary: Summary) -> dict[str, Any]:
    return {"n": summary.n, "mean": summary.mean, "median": summary.median, "sd": summary.sd}


def _summary(summary: Summary) -> dict[str, Any]:
    return {
        **_middle(summary),
        "mean_low": _low(summary.mean_interval),
        "mean_high": _high(summary.mean_interval),
        "median_low": _low(summary.median_interval),
        "median_high": _high(summary.median_interval),
        "reason": summary.reason or None,
    }


def _low(interval: Interval | None) -> float | None:
    return None if interval is None else interval[0]


def _high(interval: Interval | None) -> float | None:
    return None if interval is None else interval[1]


def _distribution(bars: Iterable[Bar]) -> list[dict[str, Any]]:
    return [
        {"low": bar.low, "high": bar.high, "high_included": bar.closed, "participants": bar.participants}
        for bar in bars
    ]


def rating_rows(found: Sequence[Rating], cut: RatingCut) -> tuple[list[str], Iterator[Row]]:
    """Ratings as a table: a row each, and one for each group."""
    header = ["rating", "wave", *(["group"] if cut.by else []), *_SUMMARY]

    def rows() -> Iterator[Row]:
        for rating in found:
            parts = rating.groups.items() if cut.by else [("", rating.summary)]
            for value, summary in parts:
                yield [rating.name, rating.wave, *([value] if cut.by else []), *_summary(summary).values()]

    return header, rows()


def distribution_rows(found: Sequence[Rating]) -> tuple[list[str], Iterator[Row]]:
    """The distributions as a table: a row for each value or range of the scale; the last `to` of a range is in it."""

    def rows() -> Iterator[Row]:
        for rating in found:
            for bar in rating.bars:
                share = 100 * bar.participants / rating.summary.n
                yield [rating.name, rating.wave, bar.low, bar.high, bar.participants, rating.summary.n, share]

    return ["rating", "wave", "from", "to", "participants", "base", "percent"], rows()


def change_rows(moved: Sequence[Change]) -> tuple[list[str], Iterator[Row]]:
    """The changes as a table: a row for each pair of waves."""
    header = ["rating", "before", "after", "n_before", "mean_before", "n_after", "mean_after", "paired"]
    header += ["paired_mean_before", "paired_mean_after", "change", "low", "high", "median_change"]
    header += ["median_low", "median_high", "improved", "same", "worse", "reason"]

    def rows() -> Iterator[Row]:
        for c in moved:
            all_before, all_after, by = c.before.summary, c.after.summary, c.change
            yield [
                *(c.before.name, c.before.wave, c.after.wave),
                *(all_before.n, all_before.mean, all_after.n, all_after.mean),
                *(c.paired, c.paired_before.mean, c.paired_after.mean),
                *(by.mean, _low(by.mean_interval), _high(by.mean_interval)),
                *(by.median, _low(by.median_interval), _high(by.median_interval)),
                *(len(c.improved), len(c.same), len(c.worse), by.reason),
            ]

    return header, rows()


def beside_rows(found: Sequence[Beside]) -> tuple[list[str], Iterator[Row]]:
    """Ratings beside themes as a table: a row for each rating, question and theme."""
    header = ["rating", "rating_wave", "question", "wave", "theme", "path", "n_with", "mean_with", "sd_with"]
    header += ["n_without", "mean_without", "sd_without", "difference", "low", "high", "reason"]

    def rows() -> Iterator[Row]:
        for one in found:
            for t in one.themes:
                yield [
                    *(one.rating.name, one.rating.wave, one.question.key, one.question.wave),
                    *(one.codebook.by_id[t.theme_id].name, path_of(one.codebook, t.theme_id)),
                    *(t.having.n, t.having.mean, t.having.sd, t.lacking.n, t.lacking.mean, t.lacking.sd),
                    *(t.apart.difference, _low(t.apart.interval), _high(t.apart.interval), t.apart.reason),
                ]

    return header, rows()
