# Runs a private PostgreSQL until standard input ends, then removes it. Prints "ready FOLDER" or what is wrong.
trap '' INT HUP
bin=$(ls -d /usr/lib/postgresql/*/bin /usr/local/opt/postgresql*/bin /opt/homebrew/opt/postgresql*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || echo /missing/initdb)")
if [ ! -x "$bin/initdb" ]; then
    echo "initdb is not installed: install the package postgresql (apt-get install postgresql)"
    exit 1
fi

# PostgreSQL refuses to run as root.
as=
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    as="setpriv --reuid=$user --regid=$(id -g $user) --clear-groups --"
fi

cd /
folder=$($as mktemp -d /tmp/radix-postgres-XXXXXX) || { echo "no temporary folder"; exit 1; }
trap '$as rm -rf "$folder"' EXIT
if ! $as "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --no-locale --no-sync >"$folder.log" 2>&1; then
    echo "initdb failed: $(tail -n 3 "$folder.log" | tr '\n' ' ')"
    rm -f "$folder.log"
    exit 1
fi

$as "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off -c synchronous_commit=off \
    -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=128MB -c max_connections=200 \
    -c shared_buffers=32MB </dev/null >>"$folder.log" 2>&1 &
server=$!
tries=0
until "$bin/pg_isready" -q -h "$folder" -U postgres; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
        echo "postgres did not start: $(tail -n 3 "$folder.log" | tr '\n' ' ')"
        kill -QUIT "$server" 2>/dev/null
        rm -f "$folder.log"
        exit 1
    fi
    sleep 0.1
done
echo "ready $folder"

# Nothing is ever written here: the read ends when the test process does.
read -r _
kill -INT "$server"
wait "$server"
rm -f "$folder.log"
