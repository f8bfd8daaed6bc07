"""The weights that --preset, --weights and --depth name."""

from __future__ import annotations


def given_weights(preset: str | None, weights: str | None, depth: int | None) -> tuple[float, ...]:
    """Return the weights that options name, by default those of `DEFAULT_NAME`.

    Raises
    ------
    UsageError
        If they exclude each other or cannot be used.
    """
    from influence.errors import UsageError
    from influence.models.weights import DEFAULT_NAME, check_weights
    from influence.models.weights import preset as named

    if weights is None:
        return named(preset or DEFAULT_NAME, depth)
    if preset is not None:
        raise UsageError("--weights and --preset exclude each other")
    try:
        values = tuple(float(part) for part in weights.split(","))
    except ValueError:
        raise UsageError(f"--weights {weights}: give numbers separated by commas") from None
    if depth not in {None, len(values)}:
        raise UsageError(
            f"--depth {depth}: with --weights the depth is the number of weights, {len(values)}"
        )
    return check_weights(values)
