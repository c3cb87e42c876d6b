#!/bin/sh
# Names the programs a target needs and how to get them; as root on Debian or Ubuntu it installs the missing ones.
# Usage: tools.sh build|test
set -eu

missing=""
packages=""

need() { # program, Debian package, where else to look
    command -v "$1" >/dev/null 2>&1 && return 0
    for place in ${3:-}; do
        [ -e "$place" ] && return 0
    done
    missing="$missing $1"
    packages="$packages $2"
}

version_at_least() { # program, wanted version, hint
    found=$("$1" --version | grep -o '[0-9][0-9.]*' | head -n 1)
    lowest=$(printf '%s\n%s\n' "$found" "$2" | sort -V | head -n 1)
    if [ "$lowest" != "$2" ]; then
        echo "$1 $found is too old: $2 or newer is needed. $3" >&2
        exit 1
    fi
}

if ! command -v cargo >/dev/null 2>&1; then
    echo "cargo is missing: install Rust 1.95 or newer with rustup (https://rustup.rs)" >&2
    exit 1
fi
version_at_least rustc 1.95 "Run: rustup update stable"
need cc gcc
need node nodejs
need npm npm

if [ "${1:-build}" = test ]; then
    need chromium chromium "/usr/bin/chromium /usr/bin/chromium-browser"
    need postgres postgresql "$(ls -d /usr/lib/postgresql/*/bin/postgres 2>/dev/null | tail -n 1)"
    need clickhouse-server clickhouse-server /usr/sbin/clickhouse-server
    need redis-server redis-server
    need c++ g++
    need python3 python3
    python3 -c 'import venv, ensurepip' >/dev/null 2>&1 || { missing="$missing python3-venv"; packages="$packages python3-venv"; }
fi

if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "installing:$packages"
        apt-get update -qq
        # shellcheck disable=SC2086 -- a list of words
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
    else
        echo "missing:$missing" >&2
        echo "on Debian or Ubuntu: sudo apt-get install$packages" >&2
        exit 1
    fi
fi

version_at_least node 20.19 "See https://nodejs.org"
