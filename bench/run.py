"""What the speed claims rest on: figures beside a peer or a bound, in one run. See README.md."""

import argparse
import json
import os
import platform
import subprocess
import sys
import time

import asking
import authorizing
import collecting
import enduring
import feeding
import properties
import starting
import taking_turns
from server import Server

SECTIONS = ("start", "authorize", "collect", "endure", "feed", "ask", "turns", "properties")


def main():
    options = arguments()
    program = os.path.abspath(options.program)
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"{version} · {os.cpu_count()} cores · {platform.system()} {platform.machine()}")
    began = time.monotonic()
    found = {"version": version, "cores": os.cpu_count()}
    with Server(program) as server:
        server.start()
        server.claim()
        if "start" in options.only:
            found["start"] = starting.measure(server)
        if "authorize" in options.only:
            found["authorize"] = authorizing.measure(server, program)
        if "collect" in options.only:
            found["collect"] = collecting.measure(server, options.seconds)
        if "endure" in options.only:
            found["endure"] = enduring.measure(server)
        if "feed" in options.only:
            found["feed"] = feeding.measure(server)
        if "ask" in options.only:
            found["ask"] = asking.measure(server, program, options.runs)
        if "turns" in options.only:
            found["turns"] = taking_turns.measure(server, is_empty="ask" not in options.only)
        if "properties" in options.only:
            found["properties"] = properties.measure(server)
    print(f"\nMeasured in {time.monotonic() - began:.0f} s.")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(found, file, indent=2)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    program = os.environ.get("RADIXINSIGHT")
    parser.add_argument("--program", default=program, help="a release build of radixinsight, or else RADIXINSIGHT")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS, help="which sections to run")
    parser.add_argument("--seconds", type=float, default=5, help="how long each rate is measured")
    parser.add_argument("--runs", type=int, default=50, help="how often each question is asked, each way")
    parser.add_argument("--json", metavar="FILE", help="where to write the figures as JSON as well")
    options = parser.parse_args()
    if not options.program:
        sys.exit("RADIXINSIGHT must name the radixinsight binary")
    return options


if __name__ == "__main__":
    main()
