"""Validation of quantities before anything is simulated: they are tried on an invented world."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from poruka.analysis.quantities import QuantityReader
from poruka.engine.driver import OUTCOME_DTYPE
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.engine.state import EVENT_DTYPE
from poruka.scenario.scenario import Scenario
from poruka.simulation.ensemble import Ensemble
from poruka.simulation.run_spec import RunSpec
from poruka.utils.errors import BadInput, join_errors

_MAX_READERS = 64
_READERS: dict[tuple[str, int, int], QuantityReader] = {}


def invented_reader(scenario: Scenario) -> QuantityReader:
    """Return a reader of one invented world; all is the same for the same months and forks."""
    # A scenario whose record cannot be used is refused here, whichever reader it would get.
    spec = RunSpec.build(scenario)
    key = (scenario.start_date, scenario.months, len(scenario.forks))
    if key not in _READERS:
        if len(_READERS) >= _MAX_READERS:
            _READERS.clear()
        # One row, since columns without rows do not show whether they hold numbers or texts.
        invented = {
            "outcomes": np.zeros(1, dtype=OUTCOME_DTYPE),
            "series": np.ones((1, scenario.months, len(INDEX_DESCRIPTIONS))),
            "told": np.zeros(1, dtype=int),
            "events": np.empty(0, dtype=EVENT_DTYPE),
            "forked": np.zeros((1, len(scenario.forks)), dtype=int),
        }
        failures = pd.DataFrame(columns=["world", "seed", "error", "traceback"])
        _READERS[key] = QuantityReader(Ensemble(spec, invented, failures))
    return _READERS[key]


def validate_quantities(quantities: Iterable[str], scenario: Scenario) -> None:
    """Raise an error for quantities that a scenario does not have, without simulating anything.

    The scenario's observed record is validated as well, since its worlds would be scored by it.

    Raises
    ------
    BadInput
        For unknown quantities, or quantities of months outside the scenario; all are named.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> validate_quantities(["wars", "mean control 1998-01..1998-12"], load("kazakhstan"))
    >>> validate_quantities(["war"], load("kazakhstan"))
    Traceback (most recent call last):
    poruka.utils.errors.BadInput: unknown quantity 'war': did you mean 'wars'...
    """
    reader = invented_reader(scenario)
    errors = []
    for quantity in dict.fromkeys(quantities):
        try:
            reader[quantity]
        except BadInput as error:
            errors.append(str(error))
        except RecursionError:
            errors.append(
                f"the quantity {quantity[:60]!r} … joins too many others; give a shorter one."
            )
    if errors:
        raise BadInput(join_errors(errors))


def list_outcome_columns(scenario: Scenario) -> tuple[str, ...]:
    """Return the columns of the outcomes of a scenario's worlds, without the months of forks.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> list_outcome_columns(load("kazakhstan"))[:2]
    ('outcome', 'exit_month')
    """
    columns = invented_reader(scenario).outcomes.columns
    return tuple(name for name in columns if name != "world" and not name.startswith("fork_"))


def whole_outcome_columns(scenario: Scenario) -> frozenset[str]:
    """Return the columns of the outcomes that hold whole numbers in every world.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> columns = whole_outcome_columns(load("kazakhstan"))
    >>> [name in columns for name in ("furman_group", "exit_month", "first_election_share")]
    [True, False, False]
    """
    outcomes = invented_reader(scenario).outcomes
    return frozenset(str(name) for name in outcomes if outcomes[name].dtype.kind in "iu")
