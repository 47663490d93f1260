"""Worlds that fail, as if the engine had found an index outside its bounds."""

from poruka.simulation import runner as runner_page


def break_worlds(monkeypatch, *broken: int) -> None:
    """Let some worlds fail as if an index had left its bounds."""
    honest = runner_page.run_chunk

    def run_chunk(play, buffer, template, params, start, seed, first, count, months):
        bad = [world for world in range(first, first + count) if world in broken]
        return (
            bad[0]
            if bad
            else honest(play, buffer, template, params, start, seed, first, count, months)
        )

    monkeypatch.setattr(runner_page, "run_chunk", run_chunk)
    monkeypatch.setattr(runner_page, "interpreted_traceback", lambda *arguments: "")
