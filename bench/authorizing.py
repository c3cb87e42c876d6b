"""What it costs to know who asks and what they may do, and how soon a server refuses what another has taken away."""

import json
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from report import table
from server import ACCOUNT, Server, free_port
from wire import Connection, call

REQUESTS = 3_000
BOUND_US = 100.0
ROUNDS = 8
BOUND_MS = 1_000.0
MEMBER = {"email": "grace@example.com", "password": "correct horse battery"}
CRATES = Path(__file__).resolve().parent.parent / "crates"


def measure(server, program):
    """Measures both and returns what was found."""
    found = {"authorize": authorize(server), "revoke": revoke(program)}
    rows = [
        ["requests", found["authorize"]["requests"]],
        ["median µs", found["authorize"]["median_us"]],
        ["bound µs", BOUND_US],
    ]
    table("Authorizing: a signed-in request of a project, in the server, caches warm", ["", "value"], rows)
    rows = [
        [f"{what}, {how}", statistics.median(times), max(times), BOUND_MS]
        for how, whats in found["revoke"].items()
        for what, times in whats.items()
    ]
    columns = ["taken away on one server, refused by the other", "median ms", "greatest ms", "bound ms"]
    table("Revoking: two servers on one PostgreSQL", columns, rows)
    return found


def authorize(server):
    """Asks for the project again and again; the server itself measures what comes before the handler."""
    path, headers = f"/api/v1/projects/{server.project}", [("authorization", f"Bearer {server.token}")]
    with Connection(server.port) as connection:
        for _ in range(REQUESTS // 10):
            connection.send("GET", path, headers=headers)
        before = buckets(connection)
        for _ in range(REQUESTS):
            status, _, answer = connection.send("GET", path, headers=headers)
            if status != 200:
                raise RuntimeError(f"the server answered {status}: {answer.decode(errors='replace')[:500]}")
        after = buckets(connection)
    counts = [(end, after[end] - before.get(end, 0)) for end in sorted(after)]
    return {"requests": REQUESTS, "median_us": median(counts) * 1e6}


def buckets(connection):
    """Reads the histogram: how many requests took at most so many seconds."""
    text = connection.send("GET", "/metrics")[2].decode()
    lines = re.findall(r'^radixinsight_authorize_seconds_bucket\{.*?le="([^"]+)"\} (\d+)', text, re.MULTILINE)
    return {float(end.replace("+Inf", "inf")): int(count) for end, count in lines}


def median(counts):
    """Returns the middle of a histogram, as if requests lay evenly within a bucket."""
    half = counts[-1][1] / 2
    start, below = 0.0, 0
    for end, count in counts:
        if count >= half:
            return start + (end - start) * (half - below) / (count - below)
        start, below = end, count
    return float("inf")


def revoke(program):
    """Takes things away on one server and asks the other until it refuses."""
    with Services() as services, Server(program) as one, Server(program) as other:
        shared = [
            f"metadata.url={services.postgres_url}",
            f"cache.url={services.redis_url}",
            f"accounts.key_file={one.data / 'shared.key'}",
        ]
        options = [word for setting in shared for word in ("--set", setting)]
        one.start(*options)
        one.claim()
        other.start(*options)
        (organization,) = call(one.port, "GET", "/api/v1/organizations", token=one.token)["items"]
        words = ["user", "create", MEMBER["email"], "--organization", organization["slug"], "--data-dir", one.data]
        subprocess.run([program, *words, *options], input=MEMBER["password"].encode(), check=True, stdout=subprocess.DEVNULL)
        found = {"with Redis": rounds(one, other)}
        services.kill_redis()
        found["without"] = rounds(one, other)
        return found


def rounds(one, other):
    return {
        "a right": [revoke_right(one, other) for _ in range(ROUNDS)],
        "a session": [revoke_session(one, other) for _ in range(ROUNDS)],
        "a key": [revoke_key(one, other) for _ in range(ROUNDS)],
    }


def revoke_right(one, other):
    project = f"/api/v1/projects/{one.project}"
    place = call(one.port, "POST", f"{project}/members", {"email": MEMBER["email"], "role": "viewer"}, one.token)
    token = call(one.port, "POST", "/api/v1/sessions", MEMBER)["access_token"]
    with Connection(other.port) as connection:

        def is_refused():
            return connection.send("GET", project, headers=[("authorization", f"Bearer {token}")])[0] == 404

        while is_refused():
            time.sleep(0.005)
        path = f"{project}/members/{place['user_id']}"
        return until_refused(is_refused, lambda: call(one.port, "DELETE", path, token=one.token))


def revoke_session(one, other):
    credentials = {"email": ACCOUNT["email"], "password": ACCOUNT["password"]}
    token = call(one.port, "POST", "/api/v1/sessions", credentials)["access_token"]
    with Connection(other.port) as connection:

        def is_refused():
            return connection.send("GET", "/api/v1/me", headers=[("authorization", f"Bearer {token}")])[0] == 401

        return until_refused(
            is_refused, lambda: call(one.port, "DELETE", "/api/v1/sessions/current", token=token)
        )


def revoke_key(one, other):
    keys = f"/api/v1/projects/{one.project}/api_keys"
    made = call(one.port, "POST", keys, {"name": "bench"}, one.token)
    headers = [("authorization", f"Bearer {made['key']}"), ("content-type", "application/json")]
    event = json.dumps({"event": "visit", "distinct_id": "a"}).encode()
    with Connection(other.port) as connection:

        def is_refused():
            return connection.send("POST", "/api/v1/events", event, headers)[0] == 401

        return until_refused(is_refused, lambda: call(one.port, "DELETE", f"{keys}/{made['id']}", token=one.token))


def until_refused(is_refused, take_away):
    """Returns the milliseconds from the moment it is taken away until the other server refuses it."""
    if is_refused():
        raise RuntimeError("the other server refuses what is good")
    take_away()
    began = time.monotonic()
    while not is_refused():
        if time.monotonic() - began > 30:
            raise RuntimeError("the other server never refuses")
        time.sleep(0.005)
    return (time.monotonic() - began) * 1_000


class Services:
    """PostgreSQL and Redis from the installed packages, watched over by the shells that tests use."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="radix-bench-")
        self.postgres, told = watched(CRATES / "metadata-store/src/testing/postgres.sh")
        self.postgres_url = f"postgres://postgres@localhost/postgres?host={told}"
        port = str(free_port())
        self.redis, _ = watched(CRATES / "shared-cache/src/testing/redis.sh", self.folder.name, port, "")
        self.redis_url = f"redis://127.0.0.1:{port}/0"
        return self

    def kill_redis(self):
        """Ends Redis at once."""
        self.redis.stdin.close()
        self.redis.wait()

    def __exit__(self, *_):
        for shell in (self.redis, self.postgres):
            shell.stdin.close()
            shell.wait()
        self.folder.cleanup()


def watched(script, *words):
    """Runs a script that prints "ready SOMETHING" and ends when its input does."""
    shell = subprocess.Popen(["sh", script, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    line = shell.stdout.readline().decode().strip()
    if not line.startswith("ready "):
        raise RuntimeError(line or f"{script} did not start")
    return shell, line.removeprefix("ready ")
