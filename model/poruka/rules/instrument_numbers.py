"""The numbers of the table of instruments, each with unit, range, meaning and source by key."""

from functools import cache

from poruka.engine.declarations import Parameter
from poruka.engine.instrument_columns import declare_cell, given_numbers, instrument_columns
from poruka.rules.instruments import Instrument, instruments


def declared_numbers(instrument: Instrument) -> dict[str, Parameter]:
    """Return every number of an instrument by key, with unit, range, meaning and source.

    Examples
    --------
    >>> declared_numbers(instruments()[0])["instruments.I01.against.rival"].meaning
    'share removed, as the ruler expects, of the threat from the strongest rival: prohibitive ...
    """
    given = given_numbers(instrument._asdict())
    cells = (
        declare_cell(column, instrument.id, instrument.label, instrument.theses, given.get(name))
        for name, column in instrument_columns().items()
    )
    return {cell.key: cell for cell in cells}


@cache
def instrument_numbers() -> dict[str, Parameter]:
    """Return every number of the table of instruments by key, those that it leaves out included.

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
def given_instrument_numbers() -> dict[str, Parameter]:
    """Return the numbers that stand in the table of instruments by key.

    Examples
    --------
    >>> len(given_instrument_numbers())
    769
    """
    return {
        f"instruments.{instrument.id}.{name}": instrument_numbers()[
            f"instruments.{instrument.id}.{name}"
        ]
        for instrument in instruments()
        for name in given_numbers(instrument._asdict())
    }
