"""The cells of the table of instruments by key: each with unit, range, meaning and source."""

from collections.abc import Callable
from functools import cache

from poruka.engine.declarations import Parameter
from poruka.engine.instrument_columns import declare_cell, given_cells, instrument_columns
from poruka.engine.instrument_steps import StepHeights, declared_heights, possible_steps
from poruka.rules.instruments import Instrument, instruments


def declared_numbers(
    instrument: Instrument, heights: StepHeights | None = None
) -> dict[str, Parameter]:
    """Return every cell of an instrument by key, as a number with unit, range and source.

    Parameters
    ----------
    instrument : Instrument
    heights : StepHeights, optional
        Of the steps; as they are declared if not given.

    Examples
    --------
    >>> declared_numbers(instruments()[0])["instruments.I01.against.rival"].meaning
    'share removed, as the ruler expects, of the threat from the strongest rival: prohibitive ...
    """
    given, heights = given_cells(instrument._asdict()), heights or declared_heights()
    id, label, theses = instrument.id, instrument.label, instrument.theses
    cells = (
        declare_cell(column, id, label, theses, given.get(name, "none"), heights)
        for name, column in instrument_columns().items()
    )
    return {cell.key: cell for cell in cells}


@cache
def instrument_numbers() -> dict[str, Parameter]:
    """Return every cell of the table of instruments by key, those at none included.

    Examples
    --------
    >>> len(instrument_numbers()), instrument_numbers()["instruments.I08.blunt"].value
    (1825, 1.0)
    """
    return {
        key: number
        for instrument in instruments()
        for key, number in declared_numbers(instrument).items()
    }


@cache
def instrument_cells() -> dict[str, str]:
    """Return the cells that stand in the table of instruments by key, as steps.

    Examples
    --------
    >>> instrument_cells()["instruments.I08.blunt"]
    'strong'
    """
    return {
        f"instruments.{instrument.id}.{name}": cell
        for instrument in instruments()
        for name, cell in given_cells(instrument._asdict()).items()
    }


@cache
def given_instrument_numbers() -> dict[str, Parameter]:
    """Return the cells that stand in the table of instruments by key, as numbers."""
    return {key: instrument_numbers()[key] for key in instrument_cells()}


@cache
def doubtful_cells() -> dict[str, tuple[str, ...]]:
    """Return the cells on which the two coders differ, with the steps that they gave.

    Examples
    --------
    >>> {len(steps) for steps in doubtful_cells().values()}
    {2}
    """
    steps = {key: possible_steps(cell) for key, cell in instrument_cells().items()}
    return {key: pair for key, pair in steps.items() if len(pair) > 1}


def draw_instrument_codes(share: Callable[[str], float]) -> dict[str, str]:
    """Return one of the two steps for every cell on which the coders differ, by key.

    ``Scenario.change`` takes what is returned. The heights of the steps are the numbers ``steps.*``
    and are drawn like others; their ranges follow one another, so that draws keep their order.

    Parameters
    ----------
    share : callable
        Returns, for the key of a cell, a number drawn uniformly from 0 to less than 1.

    Examples
    --------
    >>> set(draw_instrument_codes(lambda key: 0.1)) == set(doubtful_cells())
    True
    """
    return {key: steps[int(len(steps) * share(key))] for key, steps in doubtful_cells().items()}
