"""poruka: an agent-based laboratory of personalist regimes, after D. Furman's account of regimes
without alternatives.

>>> import poruka as pk
>>> pk.load("kazakhstan").country
'Kazakhstan'
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# Names are fetched when they are first used, so that looking a rule up does not load the plotting
# or agent libraries.
_HOMES = {
    "load": "scenario.scenario",
    "save": "scenario.save",
    "Scenario": "scenario.scenario",
    "list_scenarios": "scenario.catalogue",
    "Instrument": "rules.instruments",
    "instruments": "rules.instruments",
    "simulate": "api",
    "sweep": "sweeps.request",
    "Sweep": "sweeps.sweep",
    "score": "simulation.model_score",
    "Ensemble": "simulation.ensemble",
    "Regime": "simulation.regime",
    "compare": "comparison.comparison",
    "Comparison": "comparison.comparison",
    "open_run": "runs.open_run",
    "BadInput": "utils.errors",
    "PorukaError": "utils.errors",
    "rule": "engine.rule",
    "Schedule": "engine.rule",
    "ParameterDraws": "scenario.parameter_draws",
    "explain": "theory.explanations",
    "experiment": "api",
    "verdicts": "api",
}
__all__ = sorted([*_HOMES, "__version__"])  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"poruka has no {name!r}; it offers {', '.join(__all__)}.")
    return getattr(import_module(f"poruka.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
