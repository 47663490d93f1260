"""How fast worlds are played: warm, by threads and by size, as ratios measured in one run (`make
bench`).
"""

import sys
import time

import poruka as pk
from poruka.simulation.runner import compile_if_needed


def seconds(scenario, worlds: int, threads: int, record: str = "outcomes") -> float:
    """Return the seconds some worlds take."""
    began = time.perf_counter()
    pk.simulate(scenario, worlds=worlds, seed=1, threads=threads, record=record, progress=False)
    return time.perf_counter() - began


def main() -> None:
    """Print a small table; medians of three interleaved rounds."""
    scenario = pk.load("kazakhstan", numbers="declared")
    print(f"compiled in {compile_if_needed(scenario):.0f} s (0: from the cache)")
    large = scenario.change({"start.scale.citizens": 1600, "start.scale.clients": 360})
    cases = {
        "1 thread": (scenario, 200, 1),
        "2 threads": (scenario, 200, 2),
        "2 threads, 4 x citizens and clients": (large, 200, 2),
    }
    rounds: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(3):
        for name, (one, worlds, threads) in cases.items():
            rounds[name].append(seconds(one, worlds, threads))
    base = sorted(rounds["1 thread"])[1]
    for name, (one, worlds, _) in cases.items():
        middle = sorted(rounds[name])[1]
        sizes = one.table_sizes()
        agents = 70 + sum(
            sizes[key] for key in ("citizens", "clients", "oligarchs", "regions", "deputies")
        )
        print(
            f"{name:<40} {worlds / middle:7.1f} worlds/s "
            f" {1e9 * middle / (worlds * one.months * agents):6.1f} ns per agent-step "
            f" {middle / base:5.2f} of 1 thread"
        )


if __name__ == "__main__":
    sys.exit(main())
