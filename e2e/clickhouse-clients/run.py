#!/usr/bin/env python3
"""Checks the engine's HTTP face with ClickHouse's official clients for Python and Node.

Usage: run.py ENGINE LIBRARY
  ENGINE   the program radixinsight-engine
  LIBRARY  libchdb.so

The clients speak TCP, the engine a Unix socket: a small proxy stands between. What is missing of the clients is
installed into this folder first, from the lock files.
"""

import asyncio
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def install() -> pathlib.Path:
    """Installs both clients; returns the Python that sees its own."""
    python = HERE / ".venv/bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", HERE / ".venv"], check=True)
        requirements = HERE / "requirements.txt"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement", requirements], check=True)
    if not (HERE / "node_modules/@clickhouse/client").exists():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=HERE, check=True)
    return python


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()


async def serve(socket: str) -> asyncio.Server:
    """Passes TCP connections on to the Unix socket; when one side hangs up, so does the other."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_unix_connection(socket)
        ways = [asyncio.create_task(pump(reader, inner_writer)), asyncio.create_task(pump(inner_reader, writer))]
        _, open_ways = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in open_ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        inner_writer.close()
        writer.close()

    return await asyncio.start_server(connected, "127.0.0.1", 0)


async def ready(socket: str) -> None:
    for _ in range(1000):
        try:
            _, writer = await asyncio.open_unix_connection(socket)
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.02)
    raise SystemExit("the engine does not answer")


async def check(python: pathlib.Path, engine: str, library: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        socket = f"{folder}/engine.socket"
        arguments = ["--data", f"{folder}/data", "--socket", socket, "--library", library, "--follow-parent"]
        child = await asyncio.create_subprocess_exec(engine, *arguments, stdin=subprocess.PIPE, env={})
        try:
            await ready(socket)
            proxy = await serve(socket)
            port = str(proxy.sockets[0].getsockname()[1])
            failures = 0
            for command in ([python, HERE / "check.py", port], ["node", HERE / "check.mjs", port]):
                script = await asyncio.create_subprocess_exec(*map(str, command), env=os.environ)
                failures += await script.wait() != 0
            proxy.close()
            return failures
        finally:
            child.stdin.close()
            await child.wait()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    raise SystemExit(asyncio.run(check(install(), os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))))
