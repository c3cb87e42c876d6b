"""Events a second into the API, beside the engine's own insert of the same rows."""

import json
import multiprocessing
import random
import socketserver
import threading
import time
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode

from report import table
from wire import Connection

BATCH = 1_000
TEMPLATES = 16
CONCURRENCY = (1, 4, 8)
# Stands for the batch's number in every event id: replaced as it is sent, so that no event is a duplicate.
MARK = "bbbbbbbb"
COPY = "bench_copy"

PAGES = ["/", "/pricing", "/docs/start", "/docs/api", "/blog/trends", "/sign-up", "/about", "/login"]
REFERRERS = ["", "https://www.google.com/", "https://news.ycombinator.com/item?id=1", "https://github.com/"]
AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
]


def measure(server, seconds):
    """Measures all forms and returns what was found."""
    bodies = {"ours": templates(server.key, ours), "posthog": templates(server.key, posthog)}
    paths = {"ours": "/api/v1/events", "posthog": "/batch/"}
    bytes_an_event = sum(map(len, bodies["ours"])) / TEMPLATES / BATCH
    found = {"bytes_an_event": bytes_an_event, "generator": generator_alone(bodies["ours"], seconds / 2), "rates": []}
    numbers = iter(range(1, 1 << 31))
    stored = 0
    for concurrency in CONCURRENCY:
        rates = {"concurrency": concurrency}
        for form, path in paths.items():
            sent, elapsed = run(concurrency, seconds, sender(server.port, path, bodies[form], numbers))
            stored += sent
            rates[form] = sent / elapsed
        found["rates"].append(rates)
    there = int(server.sql("select count() from events"))
    if there != stored:
        raise RuntimeError(f"{stored} events were acknowledged, but {there} are stored")
    server.sql(f"create table {COPY} as events")
    small = blocks(server, BATCH, 48)
    large = blocks(server, 50 * BATCH, 4)
    for rates in found["rates"]:
        for name, chosen, rows in (("engine", small, BATCH), ("engine_large", large, 50 * BATCH)):
            inserted, elapsed = run(rates["concurrency"], seconds, inserter(server.socket, chosen, rows, numbers))
            rates[name] = inserted / elapsed
            server.sql(f"truncate table {COPY}")
    server.sql(f"drop table {COPY}")
    show(found)
    return found


def show(found):
    columns = ["clients", "/api/v1/events", "/batch/", "engine", "ours / engine", "posthog / engine"]
    columns += ["engine, large blocks", "ours / large"]
    rows = [
        [
            str(rates["concurrency"]),
            rates["ours"],
            rates["posthog"],
            rates["engine"],
            rates["ours"] / rates["engine"],
            rates["posthog"] / rates["engine"],
            rates["engine_large"],
            rates["ours"] / rates["engine_large"],
        ]
        for rates in found["rates"]
    ]
    size = f"{found['bytes_an_event']:.0f} bytes of JSON each"
    table(f"Collecting: events a second, batches of {BATCH:,}, {size}", columns, rows)
    print("  engine: the same rows as Native blocks of 1,000 sent straight to its socket, into a copy of the table;")
    print("  large blocks: the same in blocks of 50,000, the most the engine takes.")
    print(
        f"  The generator alone, 8 clients, against a server that only reads: {found['generator']:,.0f} events a second."
    )


def templates(key, form):
    chance = random.Random(2026)
    now = datetime.now(timezone.utc)
    return [form(key, [event(chance, now, index) for index in range(BATCH)]).encode() for _ in range(TEMPLATES)]


def event(chance, now, index):
    user = chance.randrange(20_000)
    when = now - timedelta(seconds=chance.randrange(3_600))
    page = chance.choice(PAGES)
    return {
        "name": chance.choice(["$pageview", "$pageview", "$pageview", "sign up", "invoice paid"]),
        "id": f"{MARK}-0000-4000-8000-{index:012x}",
        "user": f"user {user}",
        "timestamp": when.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "properties": {
            "$session_id": f"session {user} {chance.randrange(3)}",
            "$current_url": f"https://shop.example.com{page}?utm_source=newsletter&utm_medium=email",
            "$referrer": chance.choice(REFERRERS),
            "$raw_user_agent": chance.choice(AGENTS),
            "plan": chance.choice(["free", "pro", "team"]),
            "amount": chance.randrange(10_000) / 100,
        },
    }


def ours(key, events):
    batch = [
        {
            "event": one["name"],
            "event_id": one["id"],
            "distinct_id": one["user"],
            "timestamp": one["timestamp"],
            "properties": one["properties"],
        }
        for one in events
    ]
    return json.dumps({"api_key": key, "batch": batch})


def posthog(key, events):
    batch = [
        {
            "event": one["name"],
            "uuid": one["id"],
            "distinct_id": one["user"],
            "timestamp": one["timestamp"],
            "properties": one["properties"],
        }
        for one in events
    ]
    return json.dumps({"api_key": key, "batch": batch})


def run(concurrency, seconds, send):
    """Runs as many clients for some seconds; returns how many events they sent and how long it took."""
    deadline = time.monotonic() + seconds
    counts, errors = [], []

    def client():
        count = 0
        try:
            for amount in send(lambda: time.monotonic() < deadline):
                count += amount
        except Exception as error:  # noqa: BLE001 -- told by the main thread
            errors.append(error)
        counts.append(count)

    began = time.monotonic()
    threads = [threading.Thread(target=client) for _ in range(concurrency)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return sum(counts), time.monotonic() - began


def sender(port, path, bodies, numbers):
    def send(goes_on):
        headers = [("content-type", "application/json")]
        with Connection(port) as connection:
            while goes_on():
                number = next(numbers)
                body = bodies[number % len(bodies)].replace(MARK.encode(), b"%08x" % number)
                status, _, answer = connection.send("POST", path, body, headers)
                if status != 200 or b'"status":"rejected"' in answer:
                    raise RuntimeError(f"{path} answered {status}: {answer[:500]!r}")
                yield BATCH

    return send


def blocks(server, rows, amount):
    """Returns rows of the table as the engine writes them itself."""
    found = []
    for index in range(amount):
        text = f"select * from events limit {rows} offset {index * rows} format Native"
        found.append(server.sql(text, max_threads=1, max_block_size=rows))
    return found


def inserter(socket, chosen, rows, numbers):
    def send(goes_on):
        with Connection(socket) as connection:
            while goes_on():
                number = next(numbers)
                # As the server does it: a token a block, so that the engine remembers what it has.
                settings = {"async_insert": 0, "insert_deduplication_token": f"bench {number}"}
                query = {"database": "radixinsight", "query": f"insert into {COPY} format Native"}
                target = "/?" + urlencode(query | settings)
                status, _, answer = connection.send("POST", target, chosen[number % len(chosen)])
                if status != 200:
                    raise RuntimeError(f"the engine answered {status}: {answer[:500]!r}")
                yield rows

    return send


class Reads(socketserver.StreamRequestHandler):
    """Reads requests and answers each with nothing."""

    def handle(self):
        while self.rfile.readline():
            length = 0
            while (line := self.rfile.readline().strip()) != b"":
                if line.startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            self.rfile.read(length)
            self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")


class Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True


def generator_alone(bodies, seconds):
    """Returns the events a second that the generator can send at most."""
    with Listener(("127.0.0.1", 0), Reads) as listener:
        serving = multiprocessing.get_context("fork").Process(target=listener.serve_forever, daemon=True)
        serving.start()
        numbers = iter(range(1 << 31))
        try:
            sent, elapsed = run(8, seconds, sender(listener.server_address[1], "/", bodies, numbers))
        finally:
            serving.terminate()
            serving.join()
    return sent / elapsed
