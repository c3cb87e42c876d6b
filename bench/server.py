"""The server under measurement, on a free port, with a data folder of its own."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from wire import Connection, call

ACCOUNT = {"email": "ada@example.com", "password": "correct horse battery", "first_name": "Ada", "last_name": "L"}


class Server:
    """Starts and stops `radixinsight serve`; the data folder lives as long as the object."""

    def __init__(self, program):
        self.program = program
        self.data = Path(tempfile.mkdtemp(prefix="radix-bench-"))
        self.log = self.data / "log.txt"
        self.process = None
        self.port = free_port()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)

    @property
    def socket(self):
        """The engine's socket."""
        return self.data / "run" / "engine.sock"

    def spawn(self, *options):
        """Starts the process and returns at once."""
        command = [self.program, "serve", "--data-dir", self.data, "--listen", f"127.0.0.1:{self.port}", *options]
        with open(self.log, "ab") as log:
            # Below the repository, where the engine's library is found.
            here = Path(__file__).resolve().parent
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=here)

    def start(self, *options):
        """Starts the process and waits until it answers."""
        self.spawn(*options)
        self.wait_for(lambda: call_plain(self.port, "/readyz") == 200, "the server's first answer")

    def wait_for(self, is_true, what, seconds=60):
        deadline = time.monotonic() + seconds
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server stopped:\n{self.log.read_text()[-3000:]}")
            try:
                if is_true():
                    return
            except OSError:
                pass
            if time.monotonic() > deadline:
                raise RuntimeError(f"waited {seconds} s for {what}:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.002)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def claim(self):
        """Makes the first admin and a key; their token, project and key stay with the object."""
        found = []
        self.wait_for(
            lambda: found.extend(re.findall(r"#token=(\S+)", self.log.read_text())) or found, "the claim link"
        )
        setup = {"token": found[-1], "organization": "Bench", **ACCOUNT}
        self.keep(call(self.port, "POST", "/api/v1/setup", setup))
        self.project = call(self.port, "GET", "/api/v1/me", token=self.token)["projects"][0]["id"]
        keys = f"/api/v1/projects/{self.project}/api_keys"
        self.key = call(self.port, "POST", keys, {"name": "bench"}, self.token)["key"]

    def keep(self, signed_in):
        """Keeps the tokens of a sign-in; access tokens work for 15 minutes."""
        self.access, self.refresh = signed_in["access_token"], signed_in["refresh_token"]
        self.renew_at = time.monotonic() + 600

    @property
    def token(self):
        """A token that works for some minutes yet."""
        if time.monotonic() > self.renew_at:
            self.keep(call(self.port, "POST", "/api/v1/sessions/refresh", {"refresh_token": self.refresh}))
        return self.access

    @property
    def question_path(self):
        return f"/api/v1/projects/{self.project}/insights/run"

    def ask(self, question):
        """Asks a trends question through the API."""
        return call(self.port, "POST", self.question_path, {"kind": "trends", **question}, self.token)

    def sql(self, text, **settings):
        """Runs a statement straight on the engine and returns what it answers."""
        target = "/?" + urlencode({"database": "radixinsight", **settings})
        with Connection(self.socket) as connection:
            status, _, answer = connection.send("POST", target, text.encode())
        if status != 200:
            raise RuntimeError(f"the engine answered {status}: {answer.decode(errors='replace')[:500]}")
        return answer

    def processes(self):
        """The ids of the server and its engine."""
        return [self.process.pid, *children(self.process.pid)]

    def resident_mb_now(self):
        """Resident memory of server and engine, each."""
        return [resident_mb(pid) for pid in self.processes()]

    def resident_mb(self):
        """Resident memory of server and engine, each, once it no longer changes."""
        before = None
        deadline = time.monotonic() + 15
        while True:
            now = self.resident_mb_now()
            if before is not None and len(before) == len(now) and all(abs(a - b) < 1 for a, b in zip(before, now)):
                return now
            if time.monotonic() > deadline:
                return now
            before = now
            time.sleep(1)


def call_plain(port, path):
    """Returns the status of a GET."""
    with Connection(port) as connection:
        return connection.send("GET", path)[0]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children(parent):
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            stat = Path(f"/proc/{name}/stat").read_text()
        except OSError:
            continue
        # The name in parentheses may hold anything; state and parent follow the last one.
        if stat.rsplit(") ", 1)[1].split()[1] == str(parent):
            found.append(int(name))
    return found


def resident_mb(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0
