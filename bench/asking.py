"""Trends over 10 million events through the API, beside the same SQL sent to the engine directly; and lists without
buckets over a year of page views, beside the plainest SQL for them."""

import json
import random
import statistics
import threading
import time
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from report import table
from server import Server
from wire import Connection, read_chunks

EVENTS = 10_000_000
DAYS = 90
BOUND_MS = 5.0


def questions(today):
    """The questions asked: fixed dates, so that the SQL is the same each time."""
    whole = {"kind": "dates", "from": str(today - timedelta(days=DAYS)), "to": str(today - timedelta(days=1))}
    month = {"kind": "dates", "from": str(today - timedelta(days=30)), "to": str(today - timedelta(days=1))}
    day = {"kind": "dates", "from": str(today - timedelta(days=1)), "to": str(today - timedelta(days=1))}
    views, visitors = {"kind": "count"}, {"kind": "unique_users"}
    return {
        "page views an hour, 1 day": {
            "series": [{"event": "$pageview", "measure": views}],
            "range": day,
            "interval": "hour",
        },
        "all events a day, 90 days": {"series": [{"measure": views}], "range": whole, "interval": "day"},
        "page views a day, 90 days": {
            "series": [{"event": "$pageview", "measure": views}],
            "range": whole,
            "interval": "day",
        },
        "visitors a day, 30 days": {
            "series": [{"event": "$pageview", "measure": visitors}],
            "range": month,
            "interval": "day",
        },
        "page views a day by browser, 90 days": {
            "series": [{"event": "$pageview", "measure": views}],
            "range": whole,
            "interval": "day",
            "breakdown": {"property": "$browser"},
        },
    }


# The bench's second table: a year of one site.
VIEWS = 1_000_000
LISTS_BOUND = 1.3


def lists(today):
    """Home's lists, and the plainest SQL that has the same rows."""
    year = {"kind": "dates", "from": str(today - timedelta(days=364)), "to": str(today)}
    where = (
        "from events where project_id = '{project}' and event_name = '$pageview' and traffic = ''"
        f" and date >= '{today - timedelta(days=364)}' and date <= '{today}'"
    )
    return {
        "top pages by views": (asked_list("count", "$pathname", year), plain("path", "count()", where)),
        "top pages by visitors": (
            asked_list("unique_users", "$pathname", year),
            plain("path", "uniqExact(person_id)", where),
        ),
        "countries by visitors": (
            asked_list("unique_users", "$country", year),
            plain("country", "uniqExact(person_id)", where),
        ),
    }


def asked_list(measure, of, span):
    series = [{"event": "$pageview", "measure": {"kind": measure}}]
    return {"series": series, "range": span, "breakdown": {"property": of, "limit": 8}}


def plain(column, amount, where):
    return f"select {column}, {amount} as amount {where} group by {column} order by amount desc limit 8"


def measure_lists(server, runs):
    """A year of page views: lists through the API beside the plainest SQL for them, by turns."""
    server.sql("truncate table events")
    server.sql(FILL_YEAR.format(project=server.project, views=VIEWS), max_execution_time=0, async_insert=0)
    server.sql("optimize table events")
    found = []
    for name, (question, statement) in lists(datetime.now(timezone.utc).date()).items():
        found.append({"list": name, **compare_list(server, question, statement.format(project=server.project), runs)})
    # What comes after fills the table by itself.
    server.sql("truncate table events")
    rows = [
        [one["list"], one["api_ms"], one["plain_ms"], one["ratio"], "yes" if one["ratio"] <= LISTS_BOUND else "NO"]
        for one in found
    ]
    table(
        f"Lists without buckets over {VIEWS:,} page views of a year, medians",
        ["", "API ms", "plain SQL ms", "ratio", f"within {LISTS_BOUND}"],
        rows,
    )
    return found


def compare_list(server, question, statement, runs):
    body = json.dumps({"kind": "trends", **question}).encode()
    headers = [("content-type", "application/json"), ("authorization", f"Bearer {server.token}")]
    target = "/?" + urlencode({"database": "radixinsight", "default_format": "JSONCompact"})
    times = {"api": [], "plain": []}
    with Connection(server.port) as api, Connection(server.socket) as engine:
        sides = {
            "api": lambda: api.send("POST", server.question_path, body, headers),
            "plain": lambda: engine.send("POST", target, statement.encode()),
        }
        for turn in range(-3, runs):
            for name in sorted(sides, reverse=turn % 2 == 0):
                server.sql("system drop query condition cache")
                began = time.perf_counter()
                status, _, answer = sides[name]()
                elapsed = (time.perf_counter() - began) * 1_000
                if status != 200:
                    raise RuntimeError(f"{name} answered {status}: {answer[:500]!r}")
                if turn >= 0:
                    times[name].append(elapsed)
    api_ms, plain_ms = statistics.median(times["api"]), statistics.median(times["plain"])
    return {"runs": runs, "api_ms": api_ms, "plain_ms": plain_ms, "ratio": api_ms / plain_ms}


def measure(server, program, runs):
    """Fills the table, asks both ways and returns what was found."""
    asked = questions(datetime.now(timezone.utc).date())
    recorded = record(server, program, asked)
    filled = fill(server)
    found = {"events": EVENTS, "filled_in_s": filled, "questions": []}
    for name, question in asked.items():
        found["questions"].append({"question": name, **compare(server, question, recorded[name], runs)})
    show(found)
    found["lists"] = measure_lists(server, runs)
    return found


def show(found):
    columns = ["", "runs", "API ms", "engine ms", "ratio", "overhead ms", "±", "outside store ms", "below 5 ms"]
    rows = [
        [
            one["question"],
            one["runs"],
            one["api_ms"],
            one["engine_ms"],
            one["api_ms"] / one["engine_ms"],
            one["overhead_ms"],
            one["uncertainty_ms"],
            one["outside_store_ms"],
            verdict(one),
        ]
        for one in found["questions"]
    ]
    table(f"Asking: trends over {found['events']:,} events, medians", columns, rows)
    print("  engine: the very request that the server sends, recorded on its way and sent to the engine's socket.")
    print("  Both by turns on kept connections; the query condition cache is emptied before each.")
    print("  overhead: median of the differences of neighbouring runs; ±: half of its 95 % interval.")
    print("  outside store: the API's time less what the server itself says it waited for the store.")
    print(f"  Filling took {found['filled_in_s']:.0f} s.")


def compare(server, question, request, runs):
    body = json.dumps({"kind": "trends", **question}).encode()
    headers = [("content-type", "application/json"), ("authorization", f"Bearer {server.token}")]
    times = {"api": [], "engine": []}
    outside = []
    with Connection(server.port) as api, Connection(server.socket) as engine:
        sides = {
            "api": lambda: api.send("POST", server.question_path, body, headers),
            "engine": lambda: engine.send("POST", request.target, request.body, request.headers),
        }
        # The first rounds fill the page cache and are not counted.
        for turn in range(-3, runs):
            for name in sorted(sides, reverse=turn % 2 == 0):
                server.sql("system drop query condition cache")
                began = time.perf_counter()
                status, _, answer = sides[name]()
                elapsed = (time.perf_counter() - began) * 1_000
                if status != 200:
                    raise RuntimeError(f"{name} answered {status}: {answer[:500]!r}")
                if turn < 0:
                    continue
                times[name].append(elapsed)
                if name == "api":
                    outside.append(elapsed - json.loads(answer)["elapsed_ms"])
    pairs = list(zip(times["api"], times["engine"]))
    return {
        "runs": runs,
        "api_ms": statistics.median(times["api"]),
        "engine_ms": statistics.median(times["engine"]),
        "overhead_ms": overhead(pairs),
        "uncertainty_ms": uncertainty(pairs),
        "outside_store_ms": statistics.median(outside),
    }


def overhead(times):
    """The median of what a run through the API took longer than the run of the engine beside it.

    Neighbours are compared because whatever else the machine does changes slowly.
    """
    return statistics.median(api - engine for api, engine in times)


def uncertainty(times, rounds=1_000):
    """Half of the 95 % interval of the overhead, by drawing from the runs again and again."""
    chance = random.Random(1)
    drawn = sorted(overhead(chance.choices(times, k=len(times))) for _ in range(rounds))
    return (drawn[int(rounds * 0.975)] - drawn[int(rounds * 0.025)]) / 2


def verdict(one):
    """Whether the overhead is below the bound, as far as the runs can tell."""
    if one["overhead_ms"] + one["uncertainty_ms"] < BOUND_MS:
        return "yes"
    return "NO" if one["overhead_ms"] - one["uncertainty_ms"] > BOUND_MS else "too noisy to tell"


def fill(server):
    """Writes 10 million events of 300,000 people over 90 days straight into the table; returns the seconds it took."""
    began = time.monotonic()
    settings = {"max_execution_time": 0, "async_insert": 0, "max_insert_threads": 2}
    server.sql(FILL.format(project=server.project, days=DAYS, events=EVENTS), **settings)
    there = int(server.sql("select count() from events where library = 'bench'"))
    if there != EVENTS:
        raise RuntimeError(f"{there} events are there, not {EVENTS}")
    deadline = time.monotonic() + 45
    while int(server.sql("select count() from system.merges")) > 0 and time.monotonic() < deadline:
        time.sleep(0.2)
    return time.monotonic() - began


# The bench's own data: names and dates are its own, nothing comes from outside.
FILL = """
insert into events (
    project_id, event_id, event_type, event_name, timestamp, received_at, user_id, person_id, session_id, ip_address,
    user_agent, device_type, os, os_version, browser, browser_version, country, city, url, host, path, referrer,
    referrer_domain, channel, utm_source, utm_medium, utm_campaign, library, properties
)
with
    cityHash64(number) as chance,
    toUInt32(sqrt(chance % 90000000000)) as person,
    toDateTime64(today() - {days}, 3, 'UTC') + toIntervalMillisecond(number * {days} * 86400000 / {events}) as instant,
    ['Chrome', 'Safari', 'Firefox', 'Edge', 'Opera', 'Samsung Internet'][1 + person % 6] as agent,
    ['/', '/pricing', '/docs', '/blog', '/sign-up', '/about', '/login', '/team'][1 + intDiv(chance, 7) % 8] as page
select
    toUUID('{project}'),
    toUUID(concat('00000000-0000-4000-8000-', leftPad(lower(hex(number)), 12, '0'))),
    'track',
    ['$pageview', '$pageview', '$pageview', '$pageview', '$autocapture', '$autocapture', 'search', 'add to cart',
     'sign up', 'invoice paid'][1 + intDiv(chance, 11) % 10],
    instant,
    instant,
    concat('user ', toString(person)),
    toUUID(concat('00000000-0000-4000-8000-', leftPad(lower(hex(person)), 12, '0'))),
    concat(toString(person), '/', toString(intDiv(number, 100000))),
    '203.0.113.1',
    concat('Mozilla/5.0 (compatible; ', agent, ')'),
    ['desktop', 'mobile', 'tablet'][1 + person % 3],
    ['Windows', 'macOS', 'Linux', 'iOS', 'Android'][1 + person % 5],
    '',
    agent,
    toString(100 + person % 20),
    ['DE', 'US', 'FR', 'GB', 'IN', 'JP', 'BR'][1 + person % 7],
    '',
    concat('https://shop.example.com', page),
    'shop.example.com',
    page,
    '',
    ['', 'google.com', 'github.com'][1 + intDiv(chance, 13) % 3],
    ['direct', 'search', 'referral'][1 + intDiv(chance, 13) % 3],
    '',
    '',
    '',
    'bench',
    concat('{{"plan":"', ['free', 'pro', 'team'][1 + person % 3], '","amount":', toString(chance % 10000), '}}')
from numbers({events})
"""


# A year of page views: 100,000 people, 5,000 pages of which few are seen by most, 200 countries.
FILL_YEAR = """
insert into events (
    project_id, event_id, event_type, event_name, timestamp, received_at, user_id, person_id, session_id, device_type,
    browser, country, url, host, path, referrer_domain, channel, library, properties
)
with
    cityHash64(number) as chance,
    toUInt32(sqrt(chance % 10000000000)) as person,
    toDateTime64(today() - 364, 3, 'UTC') + toIntervalMillisecond(number * 364 * 86400000 / {views}) as instant,
    concat('/page/', toString(toUInt32(pow((intDiv(chance, 7) % 1000000) / 1000000.0, 3) * 5000))) as page
select
    toUUID('{project}'),
    toUUID(concat('00000000-0000-4000-8000-', leftPad(lower(hex(number)), 12, '0'))),
    'page',
    '$pageview',
    instant,
    instant,
    concat('user ', toString(person)),
    toUUID(concat('00000000-0000-4000-8000-', leftPad(lower(hex(person)), 12, '0'))),
    concat(toString(person), '/', toString(intDiv(number, 3000))),
    ['desktop', 'mobile', 'tablet'][1 + person % 3],
    ['Chrome', 'Safari', 'Firefox', 'Edge'][1 + person % 4],
    concat(char(65 + person % 20), char(65 + intDiv(person, 20) % 10)),
    concat('https://shop.example.com', page),
    'shop.example.com',
    page,
    ['', 'google.com', 'github.com'][1 + intDiv(chance, 13) % 3],
    ['direct', 'search', 'referral'][1 + intDiv(chance, 13) % 3],
    'bench',
    '{{}}'
from numbers({views})
"""


class Request:
    """A request as the server sent it to the engine."""

    # What belongs to one exchange, not to the question.
    OWN = {"host", "content-length", "transfer-encoding", "connection"}

    def __init__(self, target, headers, body):
        parts = urlsplit(target)
        arguments = parse_qsl(parts.query, keep_blank_values=True)
        self.target = f"{parts.path}?{urlencode([pair for pair in arguments if pair[0] != 'query_id'])}"
        self.headers = [(name, value) for name, value in headers.items() if name.lower() not in self.OWN]
        self.body = body

    def reads_events(self):
        text = self.body.decode(errors="replace") + self.target
        return "grouping" in text and "events" in text


def record(server, program, asked):
    """Returns the request that the server makes of each question.

    For this the server is started once more with its analytics store behind a recorder, which passes everything on to
    the engine of another server. The project stays the same, and so does the SQL.
    """
    server.stop()
    with Server(program) as other:
        other.start()
        with Recorder(other.socket) as recorder:
            server.start("--set", f"analytics.url=http://127.0.0.1:{recorder.port}/radixinsight")
            recorded = {}
            for name, question in asked.items():
                recorder.seen.clear()
                server.ask(question)
                [recorded[name]] = [request for request in recorder.seen if request.reads_events()]
            server.stop()
    server.start()
    return recorded


class Recorder:
    """Listens where a ClickHouse server would, keeps what it is sent, and passes it on to a socket."""

    def __init__(self, socket):
        self.seen = []
        seen = self.seen

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                if self.headers.get("transfer-encoding") == "chunked":
                    body = read_chunks(self.rfile)
                else:
                    body = self.rfile.read(int(self.headers.get("content-length", 0)))
                request = Request(self.path, self.headers, body)
                seen.append(request)
                with Connection(socket) as engine:
                    status, headers, answer = engine.send(self.command, self.path, body, request.headers)
                self.send_response(status)
                for name, value in headers.items():
                    if name not in Request.OWN:
                        self.send_header(name, value)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
