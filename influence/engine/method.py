"""Choose how the sums of a run are computed: once, by the parameters of the run."""

from __future__ import annotations

from influence.engine.exact import Exact
from influence.engine.sums import Method, Payoffs, Sums
from influence.models import Shells
from influence.models.backends import Backend
from influence.parameters import Parameters
from influence.progress import Progress


def compute_sums(
    method: Method, parameters: Parameters, payoffs: Payoffs, progress: Progress
) -> Sums:
    """Compute all sums of a run by its method; influence by its model.

    Reach, ledger and pressure are those of shells with any model.
    """
    sums = method.sums(payoffs, progress)
    if parameters.model == "shells":
        return sums
    model = parameters.influence_model()
    (values,) = model.by_distance(method.forward, payoffs.value, progress=progress)
    return sums.with_exact_values(values)


def method_of(backend: Backend, parameters: Parameters) -> Method:
    """Make the method of a run: `Estimated` for sketch, else `Exact`."""
    reversed_network = backend.network.reversed()
    symmetric = reversed_network is backend.network
    backward = backend if symmetric else backend.of(reversed_network)
    if parameters.method == "sketch":
        from influence.engine.estimated import Estimated  # SciPy, which exact sums do without

        return Estimated(backend, backward, parameters.sketch())
    return Exact(backend, backward, Shells(parameters.weights))
