"""poruka: an agent-based laboratory of personalist regimes, after D. Furman's account of regimes without alternatives.

>>> import poruka as pk
>>> pk.load("kazakhstan").country
'Kazakhstan'
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# Names are fetched when they are first used, so that looking a rule up does not load the plotting or agent libraries.
_HOMES = {"load": "scenario", "save": "scenario_save", "Scenario": "scenario", "list_scenarios": "catalogue", "Instrument": "repertoire",
          "instruments": "repertoire", "simulate": "ensemble", "Ensemble": "ensemble",
          "Regime": "regime", "compare": "comparison", "Comparison": "comparison", "open_run": "lab.stored", "BadInput": "errors", "PorukaError": "errors",
          "rule": "rules",
          "RuleBook": "rules", "Posterior": "posterior", "explain": "theory", "experiment": "asking", "verdicts": "asking"}
__all__ = sorted([*_HOMES, "__version__"])  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"poruka has no {name!r}; it offers {', '.join(__all__)}.")
    return getattr(import_module(f"poruka.{_HOMES[name]}"), name)
