"""Sends events with the official SDK and prints as JSON what it was told: HOST KEY EVENT AMOUNT PERSONS."""

import json
import sys

from posthog import Posthog


def main(host, key, event, amount, persons):
    errors = []
    client = Posthog(key, host=host, on_error=lambda error, _batch: errors.append(f"{type(error).__name__}: {error}"))
    for number in range(amount):
        client.capture(event, distinct_id=f"person {number % persons}", properties={"number": number})
    client.shutdown()
    print(json.dumps({"errors": errors}))


if __name__ == "__main__":
    host, key, event, amount, persons = sys.argv[1:]
    main(host, key, event, int(amount), int(persons))
