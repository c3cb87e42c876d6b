"""What it costs an insert to add up sessions, people and quarter-hours: each materialised view beside none."""

import statistics
import time
from urllib.parse import urlencode

from asking import FILL
from report import table
from wire import Connection

ROWS = 50_000
BLOCKS = 15
FEEDS = ("session_feed", "event_feed", "person_property_feed")


def measure(server):
    """Inserts the same blocks into tables with none, one or all of the views, by turns."""
    tables = prepare(server)
    columns, select = block_of(server)
    times = {name: [] for name in tables}
    for number in range(BLOCKS + 1):
        block = make(server, select, number)
        for name in sorted(tables, reverse=number % 2 == 0):
            took = insert(server, name, columns, block)
            # The first fills caches.
            if number > 0:
                times[name].append(took)
    alone = times["fed_by_none"]
    found = []
    for name, feeds in tables.items():
        extra = statistics.median(took - base for took, base in zip(times[name], alone))
        seconds = statistics.median(alone) + extra
        found.append({"feeds": feeds, "events_per_second": ROWS / seconds, "extra_ms": extra * 1_000})
    rows = [
        [one["feeds"], round(one["events_per_second"]), one["extra_ms"], found[0]["events_per_second"] / one["events_per_second"]]
        for one in found
    ]
    table(f"Feeding: blocks of {ROWS:,} events", ["", "events/s", "extra ms a block", "times as long"], rows)
    print("  extra: median of the differences to the insert of the same block without views.")
    for name in tables:
        for feed in FEEDS:
            server.sql(f"drop view if exists {name}_{feed} sync")
        server.sql(f"drop table {name} sync")
    return found


def prepare(server):
    """Copies of `events`, with the product's own views on them."""
    tables = {"fed_by_none": "none"}
    tables |= {f"fed_by_{feed}": feed for feed in FEEDS}
    tables["fed_by_all"] = "all"
    for name, feeds in tables.items():
        server.sql(f"create table {name} as events")
        for feed in FEEDS if feeds == "all" else [feeds] if feeds in FEEDS else []:
            made = server.sql(f"select create_table_query from system.tables where database = 'radixinsight' and name = '{feed}' format TSVRaw")
            if not made:
                raise RuntimeError(f"{feed} is not there")
            made = made.decode().strip().replace("radixinsight.events", f"radixinsight.{name}")
            server.sql(made.replace(f"radixinsight.{feed} ", f"radixinsight.{name}_{feed} "))
    return tables


def block_of(server):
    """The columns and the select of a block; every tenth event says something about its person."""
    head, select = FILL.split(")\nwith", 1)
    columns = head.split("(", 1)[1]
    said = """',"$set":{{"plan":"pro","email":"a@example.com"}},"$set_once":{{"came":"ad"}}}}'"""
    select = "with" + select.replace("""toString(chance % 10000), '}}')""", f"toString(chance % 10000), if(chance % 10 = 0, {said}, '}}}}'))")
    # Sessions of ten events each, as they come in within some minutes.
    select = select.replace("intDiv(number, 100000)", "intDiv(number, 10)")
    return columns, select


def make(server, select, number):
    """A block of its own events in Native format."""
    text = select.format(project=server.project, days=90, events=ROWS * BLOCKS * 100)
    text = text.replace(f"numbers({ROWS * BLOCKS * 100})", f"numbers({number * ROWS}, {ROWS})")
    return server.sql(text + " format Native")


def insert(server, name, columns, block):
    settings = {
        "database": "radixinsight",
        "query": f"insert into {name} ({columns}) format Native",
        "wait_end_of_query": 1,
        "deduplicate_blocks_in_dependent_materialized_views": 1,
    }
    with Connection(server.socket) as connection:
        began = time.perf_counter()
        status, _, answer = connection.send("POST", "/?" + urlencode(settings), block)
        took = time.perf_counter() - began
    if status != 200:
        raise RuntimeError(f"the engine answered {status}: {answer[:500]!r}")
    return took
