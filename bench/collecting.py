"""Events a second: accepted on disk, and stored with all that is added up; beside HTTP and JSON alone, and beside the
engine's own insert of the same rows."""

import json
import subprocess
import threading
import time
import uuid
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlencode

from report import table
from wire import Connection, call

# Events of a request, and over how many connections they come.
SHAPES = ((1, 128), (100, 64), (1_000, 16))
PATH = "/api/v1/events"
BLOCK = 50_000
MARKERS = 40


def measure(server, seconds):
    """Measures all shapes and returns what was found."""
    load = Load(Path(server.program).with_name("load"))
    found = {"shapes": []}
    for batch, connections in SHAPES:
        shape = {"batch": batch, "connections": connections, "first": load.next}
        with load.bare() as port:
            shape["bare"] = load.send(port, "none", batch, connections, seconds)
        shape["accepted"] = store(server, load, batch, connections, seconds)
        rate = shape["accepted"]["requests"] / shape["accepted"]["seconds"] / 2
        shape["half"] = store(server, load, batch, connections, seconds, rate=rate)
        found["shapes"].append(shape)
    # Half of what is stored as fast as it comes: more would wait in the spool, and for longer and longer.
    batch, connections = SHAPES[1]
    found["queryable_s"] = queryable(server, load, found["shapes"][1]["accepted"]["stored_per_second"] / batch / 2)
    first = found["shapes"][-1]["first"]
    found["engine"] = engine_alone(server, first, seconds, "event_id")
    sorting_key = server.sql("select sorting_key from system.tables where name = 'events' format TSVRaw").decode().strip()
    found["engine_in_order"] = engine_alone(server, first, seconds, sorting_key)
    found["durable"] = durable(server, first, seconds)
    found["keys"] = [with_keys(server, load, keys, seconds) for keys in (10, 5_000)]
    found["resident_mb"] = server.resident_mb()
    show(found)
    return found


def show(found):
    columns = ["events a request", "bare axum", "accepted", "accepted / bare", "stored", "engine alone"]
    columns += ["stored / engine", "p99 at half load, ms"]
    rows = []
    for shape in found["shapes"]:
        bare, accepted = shape["bare"]["events_per_second"], shape["accepted"]["events_per_second"]
        stored_per_second = shape["accepted"]["stored_per_second"]
        row = [str(shape["batch"]), bare, accepted, accepted / bare, stored_per_second, found["engine"]]
        rows.append(row + [stored_per_second / found["engine"], shape["half"]["times"]["p99_ms"]])
    size = found["shapes"][-1]["accepted"]["bytes_per_event"]
    table(f"Collecting: events a second, {size:.0f} bytes of JSON each", columns, rows)
    times = found["queryable_s"]
    print("  bare axum: HTTP and a typed reading of the same JSON, nothing kept. engine alone: the same rows as Native")
    print(f"  blocks of {BLOCK:,} sent straight to its socket, into the same table with the same views.")
    print(f"  Rows come as they were sent, at random for the table; in its own order the engine takes {found['engine_in_order']:,.0f}.")
    print("  stored: until the last of the accepted events can be asked about.")
    with_sync, without = found["durable"]["1"], found["durable"]["0"]
    print(f"  The engine alone with a sync after each insert, as it is: {with_sync:,.0f} events a second; without, so that a")
    print(f"  power cut could lose the last half minute: {without:,.0f} ({(1 - with_sync / without) * 100:.0f} % is what it costs).")
    middle, late = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(f"  An event can be asked about {middle:.2f} s after it was sent (median), {late:.2f} s (p95), while half as many")
    print("  events come in batches of 100 as are stored at most.")
    rows = [[f"{one['keys']:,}", one["stored"], one["files"], *one["resident_mb"]] for one in found["keys"]]
    columns = ["names", "events/s stored", "files of a part", "server MB", "engine MB"]
    table("Ten more properties an event, their names taken from so many", columns, rows)
    megabytes = ", ".join(f"{size:,.0f}" for size in found["resident_mb"])
    print(f"  Resident memory of server and engine afterwards, MB: {megabytes}.")


class Load:
    """The program that sends events, and the handler that only parses them."""

    def __init__(self, program):
        self.program = program
        self.next = 0

    def send(self, port, key, batch, connections, seconds, rate=None, keys=0):
        """Sends for some seconds, as fast as is answered or at a rate of requests, and returns what was answered."""
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        command = [self.program, "send", "--port", port, "--key", key, "--batch", batch, "--path", PATH]
        command += ["--connections", connections, "--seconds", seconds, "--time", now, "--first", self.next]
        command += ["--keys", keys] + ([] if rate is None else ["--rate", rate])
        answer = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            raise RuntimeError(answer.stderr)
        found = json.loads(answer.stdout)
        self.next = found["next"]
        return found

    def bare(self):
        return Bare(self.program)


class Bare:
    """The handler that only parses, as long as it is needed."""

    def __init__(self, program):
        self.program = program

    def __enter__(self):
        self.process = subprocess.Popen([self.program, "bare"], stdout=subprocess.PIPE, text=True)
        return int(self.process.stdout.readline())

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def with_keys(server, load, keys, seconds):
    """Stores events with properties of so many names, and returns how fast, and what they cost."""
    sent = store(server, load, *SHAPES[1], seconds, keys=keys)
    # Small parts have all columns in one file.
    question = "select path from system.parts where table = 'events' and active and part_type = 'Wide'"
    question += " order by modification_time desc limit 1"
    part = Path(server.sql(f"{question} format TSVRaw").decode().strip())
    files = len(list(part.iterdir()))
    return {"keys": keys, "stored": sent["stored_per_second"], "files": files, "resident_mb": server.resident_mb()}


def store(server, load, *shape, **options):
    """Sends, waits until all of it can be asked about, and returns what was answered, with how many were stored a
    second."""
    before = stored(server)
    began = time.monotonic()
    sent = load.send(server.port, server.key, *shape, **options)
    wait_for(server, before + sent["events"])
    return sent | {"stored_per_second": sent["events"] / (time.monotonic() - began)}


def stored(server):
    return int(server.sql("select count() from events"))


def wait_for(server, events):
    """Waits until all events are there; more than were acknowledged would be a fault."""
    deadline = time.monotonic() + 600
    while (there := stored(server)) < events:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{events} events were acknowledged, but {there} are stored")
        time.sleep(0.02)
    if there > events:
        raise RuntimeError(f"{events} events were acknowledged, but {there} are stored")


def queryable(server, load, rate):
    """Returns how long single events take from being sent to being found, in order, while others come in."""
    before = stored(server)
    sent = {}
    batch, connections = SHAPES[1]

    def company():
        sent.update(load.send(server.port, server.key, batch, connections, MARKERS * 0.25, rate))

    thread = threading.Thread(target=company)
    thread.start()
    times = []
    for _ in range(MARKERS):
        name = f"marker {uuid.uuid4()}"
        began = time.monotonic()
        call(server.port, "POST", PATH, {"event": name, "distinct_id": "m", "api_key": server.key})
        question = f"select count() from events where event_name = '{name}'"
        while int(server.sql(question)) == 0:
            time.sleep(0.005)
        times.append(time.monotonic() - began)
    thread.join()
    wait_for(server, before + sent["events"] + MARKERS)
    return sorted(times)


def durable(server, first, seconds):
    """Returns how many events a second the engine takes by itself, with a sync after each insert (1) and without (0), by
    turns."""
    question = "select name from system.tables where database = 'radixinsight' and engine like '%MergeTree' format TSVRaw"
    tables = server.sql(question).decode().split()
    rates = {1: [], 0: []}
    for turn in range(2):
        for value in (0, 1):
            for table in tables:
                settings = f"fsync_after_insert = {value}, fsync_part_directory = {value}"
                server.sql(f"alter table radixinsight.`{table}` modify setting {settings}")
            rates[value].append(engine_alone(server, first, seconds / 2, "event_id", f"synced {value} {turn}"))
    return {str(value): sum(found) / len(found) for value, found in rates.items()}


def engine_alone(server, first, seconds, order, turn=""):
    """Returns how many events a second the engine takes by itself, into the same table with the same views: the events
    from this number on, the rows of a block in this order."""
    blocks = []
    first = uuid.UUID(f"00000000-0000-4000-8000-{first:012x}")
    for index in range(4):
        block = f"select * from events where event_id >= '{first}' order by event_id limit {BLOCK} offset {index * BLOCK}"
        text = f"select * from ({block}) order by {order} format Native"
        blocks.append(server.sql(text, max_threads=1, max_block_size=BLOCK))
    inserted, number = 0, 0
    began = time.monotonic()
    with Connection(server.socket) as connection:
        while time.monotonic() - began < seconds:
            # As the server does it: a token a block, so that every table knows what it has.
            settings = {
                "async_insert": 0,
                "insert_deduplication_token": f"bench {order} {turn} {number}",
                "deduplicate_blocks_in_dependent_materialized_views": 1,
            }
            query = {"database": "radixinsight", "query": "insert into events format Native"}
            status, _, answer = connection.send("POST", "/?" + urlencode(query | settings), blocks[number % len(blocks)])
            if status != 200:
                raise RuntimeError(f"the engine answered {status}: {answer[:500]!r}")
            inserted += BLOCK
            number += 1
    return inserted / (time.monotonic() - began)
