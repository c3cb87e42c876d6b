"""Questions about properties that were given columns, beside the same out of the event's JSON."""

import statistics
import time

import asking
from feeding import block_of, insert, make
from report import table

JSON = "JSONExtract(properties, '{}', 'Nullable(String)')"
COLUMNS = {"plan": ("p_bench_plan", "LowCardinality(Nullable(String))"), "amount": ("p_bench_amount", "Nullable(String)")}
QUESTIONS = {
    "breakdown by plan": ("select {plan} as value, count() from {events} group by value order by value", True),
    "filter on plan": ("select count() from {events} and {plan} = 'pro'", True),
    "sum of amount": ("select sum(toFloat64OrNull({amount})) from {events}", True),
    "breakdown by a rare property": (f"select {JSON.format('rare')} as value, count() from {{events}} group by value", False),
}


def measure(server, runs=9):
    """Asks without columns, makes them, fills them and asks again."""
    if int(server.sql("select count() from events where library = 'bench'")) < asking.EVENTS:
        asking.fill(server)
    events = f"events where project_id = toUUID('{server.project}')"
    by_json = {name: JSON.format(name) for name in COLUMNS}
    by_column = {name: column for name, (column, _) in COLUMNS.items()}
    before = {name: timed(server, text.format(events=events, **by_json), runs) for name, (text, _) in QUESTIONS.items()}
    began = time.monotonic()
    for name, (column, kind) in COLUMNS.items():
        server.sql(f"alter table events add column {column} {kind} default {JSON.format(name)}")
        server.sql(f"alter table events materialize column {column}", mutations_sync=2, max_execution_time=0)
    filled = time.monotonic() - began
    found = {"filled_in_s": filled, "questions": [], "inserts": inserts(server)}
    for name, (text, _) in QUESTIONS.items():
        took, answer = timed(server, text.format(events=events, **by_column), runs)
        if answer != before[name][1]:
            raise RuntimeError(f"{name}: the answers differ")
        found["questions"].append({"question": name, "json_ms": before[name][0], "column_ms": took})
    for column, _ in COLUMNS.values():
        server.sql(f"alter table events drop column {column}")
    rows = [[one["question"], one["json_ms"], one["column_ms"], one["json_ms"] / one["column_ms"]] for one in found["questions"]]
    table(f"Properties: {asking.EVENTS:,} events, medians", ["", "JSON ms", "column ms", "times as fast"], rows)
    print(f"  The answers are equal. Making and filling both columns took {filled:.1f} s.")
    rows = [[f"{count} columns", round(rate)] for count, rate in found["inserts"].items()]
    table("Inserts of 50,000 events beside such columns", ["", "events/s"], rows)
    return found


def timed(server, text, runs):
    times = []
    for _ in range(runs + 1):
        server.sql("system drop query condition cache")
        began = time.perf_counter()
        answer = server.sql(text)
        times.append((time.perf_counter() - began) * 1_000)
    return statistics.median(times[1:]), answer


def inserts(server, blocks=9):
    """Events a second into copies of the table with no, two and sixteen columns, by turns."""
    counts = (0, 2, 16)
    for count in counts:
        server.sql(f"create table kept_{count} as events")
        server.sql(f"alter table kept_{count} " + ", ".join(f"drop column {column}" for column, _ in COLUMNS.values()))
        for number in range(count):
            key = ("plan", "amount")[number] if number < 2 else f"key {number}"
            server.sql(f"alter table kept_{count} add column p_{number} Nullable(String) default {JSON.format(key)}")
    columns, select = block_of(server)
    times = {count: [] for count in counts}
    for number in range(blocks):
        block = make(server, select, number)
        for count in counts:
            times[count].append(insert(server, f"kept_{count}", columns, block))
    for count in counts:
        server.sql(f"drop table kept_{count} sync")
    return {count: 50_000 / statistics.median(taken) for count, taken in times.items()}
