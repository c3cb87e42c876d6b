"""Prints how far detection agrees with lists that it is not made from: `make agreement`. See docs/decisions/0029.

Lists whose licence lets them lie in the repository are in crates/detection/tests/cases; the others are fetched.
"""

import argparse
import gzip
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CRATE = ROOT / "crates" / "detection"
CASES = CRATE / "tests" / "cases"

# Test data of Matomo's device detector, in its port to Python: LGPL-3.0, so it is read and not kept.
MATOMO = "device-detector==6.5.1"
KINDS = {
    "smartphone": "mobile",
    "feature phone": "mobile",
    "phablet": "mobile",
    "portable media player": "mobile",
    "tablet": "tablet",
    "tv": "tv",
    "desktop": "desktop",
    "console": "console",
    "wearable": "wearable",
}
# Programs of people, but none that open pages.
NO_VISITORS = {"library", "feed reader"}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--misses", action="store_true", help="print the cases that differ")
    options.add_argument("--debug", action="store_true", help="use a debug build, whose times say nothing")
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        devices, bots, people = matomo(folder)
        lists = [
            ("browsers", "uap-core's cases", CASES / "browsers.tsv", 0.95),
            ("systems", "uap-core's cases", CASES / "systems.tsv", 0.95),
            ("devices", "Matomo's cases", write(folder / "devices.tsv", devices), 0.95),
            ("devices", "our own labels", CASES / "device_types.tsv", 0.95),
            ("crawlers", "isbot's list", unpack(folder, "crawlers.txt"), 0.97),
            ("crawlers", "Matomo's cases", write(folder / "bots.txt", bots), None),
            ("people", "uap-core's devices", unpack(folder, "devices.txt"), 0.999),
            ("people", "Matomo's cases", write(folder / "people.txt", people), 0.999),
            ("referrers", "hosts that are alive", CASES / "referrers.tsv", 0.95),
        ]
        print(f"{'':10} {'list':22} {'cases':>7} {'agree':>8} {'bound':>7}  {'µs each':>8}")
        missed = [measure(options, *entry) for entry in lists if entry[2].exists()]
    return 1 if any(missed) else 0


def measure(options, kind, name, path, bound):
    """Prints a row; tells whether the bound is missed."""
    profile = [] if options.debug else ["--release"]
    command = ["cargo", "run", "--quiet", *profile, "--package", "detection", "--example", "agreement", "--", kind, str(path)]
    output = subprocess.run([*command, *(["misses"] if options.misses else [])], cwd=ROOT, check=True,
                            capture_output=True, text=True).stdout.splitlines()
    agreed, cases, share, each = re.match(r"(\d+) of (\d+), ([\d.]+), ([\d.]+)", output[-1]).groups()
    print(f"{kind:10} {name:22} {int(cases):7,} {share:>8} {bound or '':>7}  {each:>8}")
    for line in output[:-1]:
        print("    " + line)
    return bound is not None and float(share) < bound


def matomo(folder):
    """Returns labelled devices, bots and people of Matomo's test data, each text once."""
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                    "--only-binary", ":all:", "--dest", str(folder), MATOMO], check=True)
    devices, bots, people = {}, {}, {}
    with zipfile.ZipFile(next(folder.glob("device_detector-*.whl"))) as files:
        names = [name for name in sorted(files.namelist()) if re.search(r"fixtures/upstream/[\w-]+\.yml$", name)]
        for name in names:
            for case in cases(files.read(name).decode()):
                text = case["user_agent"]
                if "bot" in case:
                    bots[text] = text
                    continue
                if case.get("client") not in NO_VISITORS and not re.search("podcast|feed", name):
                    people[text] = text
                if case.get("device") in KINDS and "headers" not in case:
                    devices[text] = f"{KINDS[case['device']]}\t{text}"
    return devices.values(), bots.values(), people.values()


def cases(text):
    """Reads the few forms of YAML that the cases are written in: the text, and the type of client and device."""
    case, section = {}, ""
    for line in text.splitlines():
        if line.strip() in ("-", "---") or line.startswith("- "):
            if "user_agent" in case:
                yield case
            case, section = {}, ""
            line = line.replace("- ", "  ", 1)
        found = re.match(r"( *)(\w+):\s*(.*)$", line)
        if not found:
            continue
        indent, name, value = len(found[1]), found[2], found[3]
        if indent <= 2:
            section = name
            if name in ("bot", "headers"):
                case[name] = True
            if name == "user_agent":
                case[name] = scalar(value)
        elif name == "type" and section in ("client", "device"):
            case[section] = scalar(value)
    if "user_agent" in case:
        yield case


def scalar(text):
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if text.startswith('"'):
        return text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return text


def unpack(folder, name):
    with gzip.open(CASES / f"{name}.gz") as file:
        return write(folder / name, file.read().decode().splitlines())


def write(path, rows):
    path.write_text("\n".join(row.replace("\n", " ") for row in rows) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
