"""HTTP/1.1 with as little work as it takes: the measuring side must not be what is measured."""

import json
import socket


class Connection:
    """One kept-alive connection, to a port on loopback or to a Unix socket."""

    def __init__(self, to):
        if isinstance(to, int):
            self.socket = socket.create_connection(("127.0.0.1", to), timeout=120)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(600)
            self.socket.connect(str(to))
        self.reader = self.socket.makefile("rb", buffering=256 * 1024)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.reader.close()
        self.socket.close()

    def send(self, method, target, body=b"", headers=()):
        """Sends a request in one piece and returns status, headers and body of the answer."""
        lines = [f"{method} {target} HTTP/1.1", "host: 127.0.0.1", f"content-length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers]
        self.socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return self._answer()

    def _answer(self):
        first = self.reader.readline()
        if not first:
            raise ConnectionError("the other side closed the connection")
        status = int(first.split(b" ", 2)[1])
        headers = {}
        while (line := self.reader.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            headers[name.decode().lower()] = value.strip().decode()
        if headers.get("transfer-encoding") == "chunked":
            return status, headers, read_chunks(self.reader)
        return status, headers, self.reader.read(int(headers.get("content-length", 0)))


def read_chunks(reader):
    """Reads a body that comes in chunks."""
    body = bytearray()
    while (size := int(reader.readline().split(b";")[0], 16)) > 0:
        body += reader.read(size)
        reader.readline()
    while reader.readline().strip() != b"":
        pass
    return bytes(body)


def call(port, method, path, body=None, token=None):
    """Calls the server's API once and returns the JSON it answers."""
    headers = [("content-type", "application/json")]
    if token:
        headers.append(("authorization", f"Bearer {token}"))
    with Connection(port) as connection:
        raw = b"" if body is None else json.dumps(body).encode()
        status, _, answer = connection.send(method, path, raw, headers)
    if status >= 300:
        raise RuntimeError(f"{method} {path} was answered {status}: {answer.decode(errors='replace')[:500]}")
    return json.loads(answer) if answer else None
