"""Parameters: what a run is asked to compute, and within which limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from influence.conditions.role_rules import DEFAULT_ROLES, checked_roles
from influence.errors import UsageError
from influence.models import Model, ModelName, model
from influence.models.sketch import REGISTERS, Sketch, check_registers
from influence.models.weight_errors import WeightErrors
from influence.models.weights import DEFAULT
from influence.network import Selection
from influence.value.card_rules import CardRules
from influence.value.conventions import Conventions

Choice = Literal["auto", "exact", "sketch"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
MAX_SECONDS = 120.0
DRAWS, FEWEST_DRAWS = 1_000, 100
"""For intervals; with fewer than 100 the ends of 95 % are too inexact."""


@dataclass(frozen=True)
class Limits:
    """Limits on the time and memory of a run.

    Attributes
    ----------
    max_seconds : float
        Seconds of computing; with method auto, a network that takes longer is sketched.
    memory : int or None
        Bytes of the whole process; None is what the machine has left.

    Raises
    ------
    UsageError
        If the seconds are negative or not a number.
    """

    max_seconds: float = MAX_SECONDS
    memory: int | None = None

    def __post_init__(self) -> None:
        if not self.max_seconds >= 0:  # also refuses NaN
            raise UsageError(f"max seconds {self.max_seconds:g}: it must be 0 or more")


@dataclass(frozen=True)
class Parameters:
    """Parameters of a run: what it computes, and how.

    Attributes
    ----------
    weights : tuple of float
        Decay weights for distance 1, 2, 3 …: the share of a value that is brought about there.
    selection : Selection
        Which ties count, and in which direction.
    model : {"shells", "walk"}
        How influence spreads. Reach and network value are those of shells with any model.
    weighted : bool
        Whether the strengths of ties count (walk only).
    conventions : Conventions
        How money is counted.
    card : CardRules
        How the score card weighs its parts.
    roles : mapping of str to str
        By role, a condition on the figures of a customer; see `influence.engine.roles`.
    method : {"exact", "sketch", "auto"}
        Whether sums over distance are searched exactly or estimated by sketches; auto searches
        where that keeps within the limits.
    registers, seed : int
        Size of the sketches; random seed of sketches and intervals.
    limits : Limits
        How long a search may take before auto sketches, and how much memory a run may use.
    calibration : str or None
        The id of the calibration that the weights are from.
    weight_errors : WeightErrors or None
        Of the weights; None where they are certain.
    intervals : int
        Draws from the errors of weights and CLV, for intervals; 0 makes none. Without such errors
        there are none either.

    Raises
    ------
    UsageError
        For weights, a model, registers or a seed that cannot be used, and weights of kinds with an
        unweighted walk.
    """

    weights: tuple[float, ...] = DEFAULT
    selection: Selection = field(default_factory=Selection)
    model: ModelName = "shells"
    weighted: bool = False
    conventions: Conventions = field(default_factory=Conventions)
    card: CardRules = field(default_factory=CardRules)
    roles: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_ROLES))
    method: Choice = "exact"
    registers: int = REGISTERS
    seed: int = 0
    limits: Limits = field(default_factory=Limits)
    calibration: str | None = None
    weight_errors: WeightErrors | None = None
    intervals: int = DRAWS

    def __post_init__(self) -> None:
        self.influence_model()
        check_registers(self.registers, self.seed)
        object.__setattr__(self, "roles", checked_roles(self.roles))
        if self.selection.kind_weights and self.model == "walk" and not self.weighted:
            raise UsageError("weights of kinds multiply strengths in a walk: add --weighted")
        if self.intervals != 0 and self.intervals < FEWEST_DRAWS:
            raise UsageError(f"intervals {self.intervals}: it must be 0, or {FEWEST_DRAWS} or more")
        if self.method not in CHOICES:
            raise UsageError(f"method {self.method!r}: it must be one of {', '.join(CHOICES)}")

    @property
    def depth(self) -> int:
        """The number of steps that influence is followed."""
        return len(self.weights)

    def recorded(self, method: Literal["exact", "sketch"], *, intervals: bool) -> Parameters:
        """Return the parameters that decided the figures of a run: what its record holds."""
        return replace(
            self,
            method=method,
            limits=Limits(),
            registers=self.registers if method == "sketch" else REGISTERS,
            seed=self.seed if method == "sketch" or intervals else 0,
            intervals=self.intervals if intervals else 0,
        )

    def influence_model(self) -> Model:
        """Make the model that influence is computed with."""
        return model(self.model, self.weights, weighted=self.weighted)

    def sketch(self) -> Sketch:
        """Make the sketch that estimates where the method says so."""
        return Sketch(self.weights, self.registers, self.seed)
