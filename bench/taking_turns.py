"""What one person's heavy questions cost others: a light question, and the way of an event until it can be asked about."""

import statistics
import threading
import time
import uuid

from asking import DAYS, fill
from report import table
from wire import call

HEAVY_AT_ONCE = 10
ROUNDS = 20


def measure(server, is_empty):
    """Measures alone and beside heavy questions, and returns what was found; an empty store is filled first."""
    if is_empty:
        fill(server)
    keys = f"/api/v1/projects/{server.project}/api_keys"
    other = call(server.port, "POST", keys, {"name": "other", "kind": "secret", "scopes": ["insights:run"]}, server.token)
    alone = times(server, other["key"])
    with Company(server) as company:
        beside = times(server, other["key"])
    found = {"alone": alone, "beside": beside, "heavy_answered": company.answered, "heavy_refused": company.refused}
    show(found)
    return found


def show(found):
    rows = []
    for name, what in (("light question", "question_ms"), ("event until it is found", "event_ms")):
        alone, beside = found["alone"][what], found["beside"][what]
        rows.append([name, alone, beside, beside / alone])
    columns = ["median, ms", "alone", f"beside {HEAVY_AT_ONCE} heavy questions", "ratio"]
    table("Taking turns: what one person's heavy questions cost another", columns, rows)
    print("  heavy: 10 conditions of 1,000 values each, as many as a question may have, over all events, asked by one")
    print(f"  person {HEAVY_AT_ONCE} at a time; {found['heavy_answered']} were answered meanwhile, {found['heavy_refused']} refused.")
    print("  light: page views a day of 30 days, asked with a key of its own in the same project.")


def times(server, key):
    light = {
        "kind": "trends",
        "series": [{"event": "$pageview", "measure": {"kind": "count"}}],
        "range": {"kind": "last", "count": 30, "unit": "day"},
        "interval": "day",
    }
    questions, events = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        call(server.port, "POST", server.question_path, light, key)
        questions.append((time.perf_counter() - began) * 1_000)
        name = f"marker {uuid.uuid4()}"
        began = time.perf_counter()
        call(server.port, "POST", "/api/v1/events", {"event": name, "distinct_id": "m", "api_key": server.key})
        while int(server.sql(f"select count() from events where event_name = '{name}'")) == 0:
            time.sleep(0.01)
        events.append((time.perf_counter() - began) * 1_000)
    return {"question_ms": statistics.median(questions), "event_ms": statistics.median(events)}


class Company:
    """Somebody who asks heavy questions, as many at once as told, for as long as it is entered."""

    def __init__(self, server):
        self.server = server
        self.answered = 0
        self.refused = 0
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.ask, args=(number,)) for number in range(HEAVY_AT_ONCE)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        # All of them run or wait by then.
        time.sleep(1)
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def ask(self, number):
        token = self.server.token
        conditions = []
        for index in range(10):
            values = [f"{number} {index} {value}" for value in range(1_000)]
            operator = "not_contains" if index < 2 else "is_not"
            conditions.append({"property": "plan", "operator": operator, "values": values})
        question = {
            "kind": "trends",
            "series": [{"measure": {"kind": "unique_users"}}],
            "range": {"kind": "last", "count": DAYS, "unit": "day"},
            "interval": "day",
            "filter": {"and": conditions},
        }
        while not self.is_over.is_set():
            try:
                call(self.server.port, "POST", self.server.question_path, question, token)
                self.answered += 1
            except RuntimeError:
                # Its time was up, or no turn came: heavy questions may fail, others may not.
                self.refused += 1
