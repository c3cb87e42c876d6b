# Runs a private Redis until standard input ends. Arguments: folder, port, password. Prints "ready PID" or what is wrong.
trap '' INT HUP
folder=$1 port=$2 password=$3
if ! command -v redis-server >/dev/null 2>&1; then
    echo "redis-server is not installed: install the package redis-server (apt-get install redis-server)"
    exit 1
fi
set -- --port "$port" --bind 127.0.0.1 --dir "$folder" --save '' --appendonly no --daemonize no
[ -z "$password" ] || set -- "$@" --requirepass "$password"
redis-server "$@" </dev/null >"$folder/log" 2>&1 &
server=$!
tries=0
until grep -qs 'Ready to accept connections' "$folder/log"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
        echo "redis-server did not start: $(tail -n 3 "$folder/log" | tr '\n' ' ')"
        kill -KILL "$server" 2>/dev/null
        exit 1
    fi
    sleep 0.1
done
echo "ready $server"

# Nothing is ever written here: the read ends when the test process does.
read -r _
kill -KILL "$server" 2>/dev/null
wait "$server" 2>/dev/null
exit 0
