"""The sections of the page, in the order in which a manager asks."""

from __future__ import annotations

from influence.report_page.material import Material
from influence.report_page.parts import Section
from influence.report_page.sections import (
    accuracy,
    call_first,
    changes,
    concentration,
    distance,
    network,
    own_and_influence,
    people,
    referrals,
    run,
    visible,
)

MAKERS = (
    visible.section,
    call_first.section,
    people.ambassadors,
    people.hidden_influencers,
    people.detractors,
    own_and_influence.section,
    concentration.section,
    distance.section,
    referrals.section,
    network.section,
    changes.section,
    accuracy.section,
    run.section,
)


def contents(material: Material) -> list[Section]:
    """Make all sections."""
    return [make(material) for make in MAKERS]
