"""Progress of an experiment, which goes through stages."""

import sys

from poruka.utils.progress import Progress


class StageProgress:
    """Prints the stage of an experiment and its progress."""

    def __init__(self, quiet: bool):
        self.quiet, self._stage = quiet, ""
        self._progress: Progress | None = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self.quiet:
            return
        if stage != self._stage or self._progress is None or done < self._progress.done:
            self.close()
            if stage != self._stage:
                print(stage, file=sys.stderr, flush=True)
            self._stage, self._progress = stage, Progress(total)
        self._progress.add(done - self._progress.done)

    def close(self) -> None:
        """End the line or bar of a stage."""
        if self._progress is not None:
            self._progress.close()
        self._progress = None
