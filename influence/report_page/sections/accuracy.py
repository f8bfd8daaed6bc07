"""How uncertain the figures are."""

from __future__ import annotations

from influence.charts.drawing import svg
from influence.charts.intervals import intervals
from influence.report_page.material import Material
from influence.report_page.parts import Figure, Section, Table

COUNT = 10
FIGURE = "network_value"


def section(material: Material) -> Section:
    """Say whether figures are exact; of estimates, draw the standard errors of the first ones."""
    title = "How uncertain the figures are"
    published = "the weights are published figures, not measured"
    calibrated = "the calibration has intervals of its own, see `influence calibrate`"
    known = published if material.run.parameters.calibration is None else calibrated
    convention = f"In every case {material.run.convention}: {known}."
    caveat = material.run.caveat
    if caveat is None:
        return Section("accuracy", title, ["All figures are exact, none is estimated.", convention])
    rows = material.top(FIGURE, COUNT)
    labels = material.labels([row["customer"] for row in rows])
    values, errors = ([row[name] for row in rows] for name in (FIGURE, f"{FIGURE}_se"))
    columns = ("customer", "name", FIGURE, f"{FIGURE}_se", "influence", "influence_se")
    figure = Figure(
        id="intervals",
        title="The first by network value, with their standard errors",
        meaning="The exact value lies on the line in about 19 of 20 cases; where lines of two "
        "customers overlap, their order is not certain.",
        method="how-sketch",
        svg=svg(intervals(labels, values, errors, f"network value, in {material.unit}")),
        alt="A point for each customer with a line of two standard errors to each side.",
        table=Table.of(rows, columns),
    )
    return Section("accuracy", title, [f"The figures are {caveat}.", convention], [figure])
