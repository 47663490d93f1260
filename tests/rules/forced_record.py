"""Plays the forced worlds interpreted, and writes down what they reach, read, write and become.

Run as ``python forced_record.py FILE`` without the compiler; FILE then holds it as JSON.
"""

import hashlib
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import coverage

PAGES = "poruka.rules"


def digests_of(recorder: Any = None) -> Iterator[tuple[str, list[str]]]:
    """Yield for every forced world the digests of its months, and of its results at the end."""
    from forced_worlds import SIZES, worlds
    from recorded_world import play_sized

    for name, scenario, seed, number, months, settings in worlds():
        sizes = {**scenario.table_sizes(), **SIZES}
        buffer, states = play_sized(scenario, seed, number, months, sizes, settings, recorder)
        told = buffer.events[: buffer.event_counts[0]]
        results = [buffer.series, buffer.outcomes, told, buffer.event_counts]
        states.append(b"".join(part.tobytes() for part in results))
        yield name, [hashlib.sha256(state).hexdigest()[:16] for state in states]


def main() -> None:
    """Play, and write the file."""
    measured = coverage.Coverage(data_file=None, config_file=False, source_pkgs=[PAGES])
    measured.start()
    from poruka.simulation.recorded_use import Recorder

    recorder = Recorder()
    digests = dict(digests_of(recorder))
    measured.stop()
    folder = Path(sys.modules[PAGES].__file__ or "").parent
    pages = {}
    for path in sorted(folder.rglob("*.py")):
        _, statements, _, missing, _ = measured.analysis2(str(path))
        pages[path.relative_to(folder).as_posix()] = (len(statements), missing)
    recorded = {
        rule: [sorted(part) for part in parts] for rule, parts in recorder.by_rule.items() if rule
    }
    seconds = time.process_time()
    found = {"pages": pages, "recorded": recorded, "digests": digests, "seconds": seconds}
    Path(sys.argv[1]).write_text(json.dumps(found))


if __name__ == "__main__":
    main()
