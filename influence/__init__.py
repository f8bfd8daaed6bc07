"""What a customer is worth through the people that customer reaches.

The public names load on first use, so that `influence --help` answers at once.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from influence.batch import run as run
    from influence.calibration.options import CalibrationOptions as CalibrationOptions
    from influence.customer.explain import explain as explain
    from influence.customer.score_card import scorecard as scorecard
    from influence.customer.triage import triage as triage
    from influence.errors import EngineFailed as EngineFailed
    from influence.errors import InfluenceError as InfluenceError
    from influence.errors import InputRejected as InputRejected
    from influence.errors import NothingToShow as NothingToShow
    from influence.errors import StoreError as StoreError
    from influence.errors import UsageError as UsageError
    from influence.models import Shells as Shells
    from influence.models import Walk as Walk
    from influence.models.sketch import Sketch as Sketch
    from influence.network import Network as Network
    from influence.network import Selection as Selection
    from influence.parameters import Limits as Limits
    from influence.parameters import Parameters as Parameters
    from influence.pipeline import compute as compute
    from influence.ranking import Ranking as Ranking
    from influence.report_page.picture import write_picture as write_picture
    from influence.report_page.report import report as report
    from influence.reports.calibrate import calibrate as calibrate
    from influence.reports.compare import compare as compare
    from influence.reports.doctor import doctor as doctor
    from influence.reports.estimate import estimate as estimate
    from influence.reports.experiment import calibrate_experiment as calibrate_experiment
    from influence.reports.export import export as export
    from influence.reports.export_for import export_for as export_for
    from influence.reports.intention import intention as intention
    from influence.reports.query import query as query
    from influence.reports.screen import clustering as clustering
    from influence.reports.sources import sources as sources
    from influence.reports.summary import summary as summary
    from influence.reports.ties import ties as ties
    from influence.reports.top import top as top
    from influence.reports.validation import validate_until as validate_until
    from influence.reports.why import why as why
    from influence.scores import Scores as Scores
    from influence.store import open_store as open_store
    from influence.tables import Rules as Rules
    from influence.tables import Tables as Tables
    from influence.tables import validate as validate

    __version__: str

_HOMES = {
    "CalibrationOptions": "influence.calibration.options",
    "InfluenceError": "influence.errors",
    "InputRejected": "influence.errors",
    "Limits": "influence.parameters",
    "Network": "influence.network",
    "EngineFailed": "influence.errors",
    "NothingToShow": "influence.errors",
    "Parameters": "influence.parameters",
    "Ranking": "influence.ranking",
    "Rules": "influence.tables",
    "Scores": "influence.scores",
    "Selection": "influence.network",
    "Shells": "influence.models",
    "Sketch": "influence.models.sketch",
    "StoreError": "influence.errors",
    "Tables": "influence.tables",
    "UsageError": "influence.errors",
    "Walk": "influence.models",
    "calibrate": "influence.reports.calibrate",
    "calibrate_experiment": "influence.reports.experiment",
    "clustering": "influence.reports.screen",
    "compare": "influence.reports.compare",
    "compute": "influence.pipeline",
    "doctor": "influence.reports.doctor",
    "estimate": "influence.reports.estimate",
    "explain": "influence.customer.explain",
    "export": "influence.reports.export",
    "export_for": "influence.reports.export_for",
    "intention": "influence.reports.intention",
    "open_store": "influence.store",
    "query": "influence.reports.query",
    "report": "influence.report_page.report",
    "run": "influence.batch",
    "scorecard": "influence.customer.score_card",
    "sources": "influence.reports.sources",
    "summary": "influence.reports.summary",
    "ties": "influence.reports.ties",
    "top": "influence.reports.top",
    "triage": "influence.customer.triage",
    "validate": "influence.tables",
    "validate_until": "influence.reports.validation",
    "why": "influence.reports.why",
    "write_picture": "influence.report_page.picture",
}

__all__ = [*_HOMES, "__version__"]  # noqa: PLE0604 - the names of the table above


@cache
def _version() -> str:
    try:
        return version("customer-influence")
    except PackageNotFoundError:  # a bare checkout
        return "0+unknown"


def __getattr__(name: str) -> object:
    if name == "__version__":
        return _version()
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'influence' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
