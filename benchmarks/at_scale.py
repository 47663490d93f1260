"""What a very large run costs: the parts of it that can be measured on one machine, and what
follows for 10^8 worlds (see experiments/at_scale.md).

Processor time is measured, not time on the clock, so that other work on the machine disturbs
little.
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import poruka as pk
from poruka.runs.chunk_files import run_and_write_chunk
from poruka.runs.chunks import Chunk, iter_chunks
from poruka.runs.inventory import chunk_table_path, format_receipt, receipt_path, take_inventory
from poruka.runs.job_db import JobDatabase
from poruka.runs.manifest import build_manifest
from poruka.runs.table_files import lock_connection, read_tables, table_files
from poruka.simulation.run_spec import RunSpec
from poruka.simulation.runner import Runner, compile_if_needed

WORLDS = 10**8


def measured(call: Any) -> tuple[float, Any]:
    """Return the processor seconds a call takes, and its answer."""
    began = time.process_time()
    answer = call()
    return time.process_time() - began, answer


def playing(scenario: Any) -> dict[str, tuple[float, float]]:
    """Return processor seconds and bytes a world, by what is recorded."""
    found = {}
    for record, worlds in (("outcomes", 400), ("series", 200), ("events", 200)):
        runner = Runner(RunSpec.build(scenario, threads=1, record=record))
        runner.run_worlds(0, 1)
        with tempfile.TemporaryDirectory() as folder:
            seconds, receipt = measured(
                lambda: run_and_write_chunk(runner, Chunk(0, worlds), Path(folder), "bench")
            )  # noqa: B023
        size = sum(one["bytes"] for one in receipt["files"].values())
        found[record] = (seconds / worlds, size / worlds)
        print(
            f"playing, record={record:<9} {1e3 * seconds / worlds:6.1f} ms a world "
            f" {size / worlds:8.0f} bytes a world"
        )
    return found


def keeping(scenario: Any, folder: Path) -> None:
    """Measure the ledger and the receipts of a run of 10^8 worlds, of which every chunk has one and
    the same small shard.
    """
    spec = RunSpec.build(scenario, worlds=WORLDS, threads=1, record="outcomes", out=folder)
    manifest = build_manifest(spec)
    chunks = list(iter_chunks(manifest))
    for name in ("outcomes", "receipts"):
        (folder / name).mkdir()
    runner = Runner(spec)
    (folder / "drafts").mkdir()
    receipt = run_and_write_chunk(runner, chunks[0], folder / "drafts", manifest["run"])
    draft = next((folder / "drafts").iterdir())

    def receipt_of(chunk: Chunk) -> dict[str, Any]:
        return receipt | {"first": chunk.first, "count": chunk.worlds}

    def lay() -> None:
        for chunk in chunks:
            receipt_path(folder, chunk).write_text(format_receipt(receipt_of(chunk)))
            os.link(draft, chunk_table_path(folder, "outcomes", chunk))

    lay()
    seconds, found = measured(lambda: take_inventory(folder, manifest, verify_checksums=False))
    print(f"{len(chunks)} receipts looked over in {seconds:.1f} s ({len(found.intact)} whole)")
    ledger = JobDatabase(folder)
    planned, _ = measured(lambda: ledger.register_chunks(manifest, chunks, {}))
    ledger.open_session("bench")
    kept, _ = measured(
        lambda: [ledger.log_commit(receipt_of(chunk), 1.0) for chunk in chunks[:2000]]
    )
    size = ledger.path.stat().st_size
    ledger.close()
    print(
        f"ledger of {len(chunks)} chunks planned in {planned:.1f} s, {2000 / kept:.0f} chunks a"
        f" second written into it, {size / 1e6:.0f} MB"
    )
    tables = {"outcomes": table_files(folder, "outcomes", map(receipt_of, chunks[:5000]))}
    seconds, rows = measured(
        lambda: read_tables(
            tables,
            {},
            lock_connection,
            "select outcome, count(*), avg(apogee) from outcomes group by outcome",
        ).to_numpy()
    )
    worlds = sum(row[1] for row in rows)
    print(
        f"shares and a mean over {worlds:,} worlds in 5,000 shards: {seconds:.1f} s,"
        f" {worlds / seconds / 1e6:.1f} million worlds a second and processor"
    )
    hashing, _ = measured(
        lambda: [
            take_inventory(
                folder, {**manifest, "span": [0, 2000 * manifest["chunk"]]}, verify_checksums=True
            )
        ]
    )
    print(f"checksums of 2,000 shards in {hashing:.1f} s")


def main() -> None:
    """Print what was measured."""
    scenario = pk.load("kazakhstan")
    compile_if_needed(scenario)
    found = playing(scenario)
    with tempfile.TemporaryDirectory() as folder:
        keeping(scenario, Path(folder))
    for record, (seconds, size) in found.items():
        print(
            f"10^8 worlds, record={record:<9} {WORLDS * seconds / 3600:8,.0f} core hours "
            f" {WORLDS * size / 1e12:6.2f} TB"
        )
    print(
        "largest this process has been:"
        f" {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
    )


if __name__ == "__main__":
    sys.exit(main())
