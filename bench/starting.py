"""From the start of the process to the first answered question, and the memory of a server at rest."""

import statistics
import time

from report import table
from wire import call

ROUNDS = 3
BOUND_S = 1.5
BOUND_MB = 400.0


def measure(server):
    """Restarts the server some times and returns what was found; it runs at the end."""
    question = {"kind": "trends", "series": [{"measure": {"kind": "count"}}]}
    question |= {"range": {"kind": "last", "count": 30, "unit": "day"}, "interval": "day"}
    rounds = []
    for _ in range(ROUNDS):
        server.stop()
        began = time.monotonic()
        server.spawn()
        server.wait_for(
            lambda: call(server.port, "POST", server.question_path, question, server.token), "the first answer"
        )
        elapsed = time.monotonic() - began
        resident = server.resident_mb()
        rounds.append({"seconds": elapsed, "server_mb": resident[0], "engine_mb": sum(resident[1:])})
    median = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    show(rounds, median)
    return {"rounds": rounds, "median": median}


def show(rounds, median):
    def row(name, one):
        return [name, one["seconds"], one["server_mb"], one["engine_mb"], one["server_mb"] + one["engine_mb"]]

    rows = [row(f"round {index + 1}", one) for index, one in enumerate(rounds)]
    rows.append(row("median", median))
    rows.append(["bound", BOUND_S, None, None, BOUND_MB])
    columns = ["", "seconds", "server MB", "engine MB", "together MB"]
    table("Starting: process to first answered question, and resident memory at rest", columns, rows)
