"""clickhouse-connect against the engine. The only argument is the port."""

import datetime
import decimal
import sys
import uuid

import clickhouse_connect
from clickhouse_connect.driver.exceptions import DatabaseError

PORT = int(sys.argv[1])

TYPES = {
    "number": "Int64",
    "text": "String",
    "maybe": "Nullable(Float64)",
    "list": "Array(String)",
    "day": "Date",
    "instant": "DateTime64(3, 'UTC')",
    "money": "Decimal(18, 4)",
    "id": "UUID",
    "word": "LowCardinality(String)",
    "map": "Map(String, UInt8)",
}


def row(number: int) -> list:
    instant = datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, datetime.timezone.utc)
    money = decimal.Decimal(number) / 4
    maybe = None if number % 2 else number / 2
    day = datetime.date(2026, 2, 28)
    return [number, f"ü'{number}\\", maybe, ["a", "b'"], day, instant, money, uuid.UUID(int=number), "word", {"k": 1}]


def check_values(client, table: str) -> None:
    columns = ", ".join(f"`{name}` {kind}" for name, kind in TYPES.items())
    client.command(f"create table {table} ({columns}) engine = MergeTree order by number")
    rows = [row(number) for number in range(1000)]
    summary = client.insert(table, rows, column_names=list(TYPES))
    assert summary.written_rows == 1000, summary.summary
    read = client.query(f"select * from {table} order by number").result_rows
    assert [list(values) for values in read] == rows, read[:2]
    named = client.query(
        f"select number, text from {table} where number in {{wanted:Array(Int64)}} and text != {{text:String}} order by number",
        parameters={"wanted": [3, 5, 7], "text": "ü'5\\"},
    )
    assert named.result_rows == [(3, "ü'3\\"), (7, "ü'7\\")], named.result_rows
    client.raw_insert(table, column_names=["number", "text"], insert_block="5000,raw\n", fmt="CSV")
    assert client.command(f"select text from {table} where number = 5000") == "raw"


def check_streams(client) -> None:
    total = 0
    with client.query_row_block_stream("select number, toString(number) from numbers(500000)") as blocks:
        for block in blocks:
            total += sum(number for number, _ in block)
    assert total == 124_999_750_000, total
    raw = client.raw_query("select number from numbers(3)", fmt="JSONCompactEachRow")
    assert raw == b"[0]\n[1]\n[2]\n", raw


def check_errors(client) -> None:
    for statement, code in [("select * from nope", 60), ("selec", 62), ("select throwIf(1)", 395)]:
        try:
            client.query(statement)
        except DatabaseError as error:
            assert f"{code}" in str(error), error
        else:
            raise AssertionError(f"{statement} was answered")
    assert client.query("select 1", settings={"max_threads": 1}).result_rows == [(1,)]


def main() -> None:
    for compress in [False, True, "lz4", "zstd", "gzip"]:
        client = clickhouse_connect.get_client(host="127.0.0.1", port=PORT, compress=compress, tz_mode="aware")
        assert client.ping() and client.server_version.startswith("26.")
        check_values(client, f"values_{str(compress).lower()}")
        check_streams(client)
        check_errors(client)
        client.close()
    other = clickhouse_connect.get_client(host="127.0.0.1", port=PORT, database="system")
    assert other.command("select currentDatabase()") == "system"
    other.close()
    print("clickhouse-connect ok")


main()
