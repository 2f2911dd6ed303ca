"""How a service bears many clients: throughput, latency, memory, and whether answers are right.

    python benchmarks/serving.py runs/demo                     # some three minutes
    python benchmarks/serving.py runs/demo --seconds 10 --clients 16

Starts `seq2see serve RUN` on this machine, without its cache, and asks it for sentences of the run
that it never saw. Every client compares each answer with what the run says in Python. Three
measurements, one after the other:

* light: one client that waits 20 ms between its requests: median and 99th percentile of latency;
* one at a time: the same without waiting;
* saturation: many clients, each without waiting; memory of the service before and after.
"""

import argparse
import http.client
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import measure

sys.path.append(str(measure.ROOT / "tests" / "support"))

from services import Service, serving

import seq2see

REFUSED = (429, 503)


@dataclass
class Tally:
    """What clients saw."""

    seconds: list[float] = field(default_factory=list)
    wrong: int = 0
    refused: int = 0
    errors: int = 0


def client(
    service: Service, expected: dict[str, str], until: float, pause: float, seed: int, tally: Tally
) -> None:
    """Ask until the time is over."""
    draw = random.Random(seed)
    sentences = list(expected)
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=120)
    run = service.ask("/v1/runs").json[0]["name"]
    while time.monotonic() < until:
        sentence = draw.choice(sentences)
        body = json.dumps({"text": sentence, "run": run})
        begun = time.monotonic()
        try:
            connection.request("POST", "/v1/translate", body)
            reply = connection.getresponse()
            answer = json.loads(reply.read())
        except (OSError, http.client.HTTPException, ValueError):
            tally.errors += 1
            connection.close()
            continue
        if reply.status in REFUSED:
            tally.refused += 1
        elif reply.status != 200:
            tally.errors += 1
        else:
            tally.seconds.append(time.monotonic() - begun)
            tally.wrong += answer["translations"][0]["text"] != expected[sentence]
        time.sleep(pause)


def load(
    service: Service, expected: dict[str, str], clients: int, seconds: float, pause: float = 0.0
) -> Tally:
    """Let clients ask side by side."""
    until = time.monotonic() + seconds
    tallies = [Tally() for _ in range(clients)]
    threads = [
        threading.Thread(target=client, args=(service, expected, until, pause, seed, tally))
        for seed, tally in enumerate(tallies)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Tally(
        [one for tally in tallies for one in tally.seconds],
        *(
            sum(getattr(tally, name) for tally in tallies)
            for name in ("wrong", "refused", "errors")
        ),
    )


def row(name: str, tally: Tally, seconds: float) -> list[str]:
    """A line of the table."""
    times = sorted(1000 * one for one in tally.seconds)
    centiles = statistics.quantiles(times, n=100)
    return [
        name,
        f"{len(times) / seconds:.1f}",
        f"{statistics.median(times):.0f}",
        f"{centiles[98]:.0f}",
        f"{centiles[98] / statistics.median(times):.2f}",
        str(tally.wrong),
        str(tally.refused),
        str(tally.errors),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("run", type=Path)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--backend", default="auto")
    parser.add_argument("--sentences", type=int, default=500)
    options = parser.parse_args()
    translator = seq2see.load(options.run, backend=options.backend)
    held_out = (options.run / "data" / "test.jsonl").read_text(encoding="utf-8").splitlines()
    texts = list(dict.fromkeys(json.loads(line)["source"] for line in held_out))
    texts = [text for text in texts if len(text) < 400][: options.sentences]
    expected = {one.source: one.text for one in translator.translate(texts)}
    table = [["", "requests/s", "p50 ms", "p99 ms", "p99/p50", "wrong", "429/503", "errors"]]
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), options.run, "--cache", 0, "--backend", options.backend) as service,
    ):
        load(service, expected, 8, min(5, options.seconds))  # to warm up
        light = load(service, expected, 1, options.seconds / 2, pause=0.02)
        alone = load(service, expected, 1, options.seconds / 2)
        load(service, expected, options.clients, min(5, options.seconds))
        before = service.memory
        full = load(service, expected, options.clients, options.seconds)
        after = service.memory
    table += [
        row("light, 1 client", light, options.seconds / 2),
        row("one at a time", alone, options.seconds / 2),
        row(f"saturation, {options.clients} clients", full, options.seconds),
    ]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        print("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))
    ratio = len(full.seconds) / options.seconds / (len(alone.seconds) / (options.seconds / 2))
    print(f"batched against one at a time: {ratio:.2f}x")
    print(f"anonymous memory: {before:.0f} MB, after saturation {after:.0f} MB")


if __name__ == "__main__":
    main()
