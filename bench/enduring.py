"""Ten million events in a row: the memory that server and engine take on the way."""

from pathlib import Path

from collecting import Load, store
from report import table

EVENTS = 10_000_000
BATCH, CONNECTIONS = 100, 64
STEP_S = 10


def measure(server):
    """Sends as many as are stored, step by step, and returns what was resident after each."""
    load = Load(Path(server.program).with_name("load"))
    found = []
    sent = 0
    # As fast as they are stored: what waits in the spool waits on disk, and says nothing about memory.
    rate = None
    while sent < EVENTS:
        step = store(server, load, BATCH, CONNECTIONS, STEP_S if rate else 2, rate=rate)
        sent += step["events"]
        rate = rate or step["stored_per_second"] / BATCH * 0.9
        if step["seconds"] > STEP_S / 2:
            found.append({"events": sent, "resident_mb": server.resident_mb_now()})
    rows = [[f"{one['events']:,}", *one["resident_mb"]] for one in found[:: max(1, len(found) // 10)]]
    table("Resident memory while events come in and are stored", ["events so far", "server MB", "engine MB"], rows)
    return found
