"""Pages that translate by themselves: do they say what Python says, and how quickly.

    python benchmarks/live_pages.py                        every architecture with every tokenizer
    python benchmarks/live_pages.py --speed RUN...         speed of given runs

The first trains 25 small models, a few seconds each, and compares 200 held-out sentences, greedily
and with a beam of 5: how many have the same tokens in Node as in Python with the same stored
weights, and how far the scores of these lie apart at most. Where tokens differ, the gap is that
between the scores of the two translations, both by Python.

The second translates 100 held-out sentences one at a time in Node, after ten to warm up. Times are
processor time of the process, all its threads together. What is counted are target tokens, </s>
included.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests" / "support"))

WAYS = {"greedy": {"beamSize": 1}, "beam": {"beamSize": 5}}
_SPEED = """
import { readFileSync } from "node:fs";
const { Translator } = await import(process.argv[1]);
const seconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const timed = (task) => {
  const start = seconds();
  const value = task();
  return [value, seconds() - start];
};
const { packed, texts } = JSON.parse(readFileSync(0, "utf-8"));
const [translator, load] = timed(() => new Translator(packed));
const [, first] = timed(() => translator.translate(texts[0]));
const measured = { load, first };
for (const beamSize of [1, 5]) {
  for (const text of texts.slice(0, 10)) translator.translate(text, { beamSize });
  const length = (text) => translator.translate(text, { beamSize }).hypotheses[0].ids.length + 1;
  const [tokens, time] = timed(() => texts.reduce((sum, text) => sum + length(text), 0));
  measured[`beam ${beamSize}`] = { speed: tokens / time, perSentence: time / texts.length };
}
const [, traced] = timed(() => texts.forEach((text) => translator.translate(text).trace()));
measured.traced = traced / texts.length;
console.log(JSON.stringify(measured));
"""


def compare(names: list[str]) -> None:
    """Train, translate and compare."""
    import page_runs

    print(f"{'model':<26} {'greedy':>9} {'beam 5':>9} {'largest difference of scores':>30}")
    with tempfile.TemporaryDirectory() as folder:
        for name in names or list(page_runs.PLANS):
            program = [sys.executable, page_runs.__file__, folder, name]
            subprocess.run(program, check=True, capture_output=True)
            content = json.loads((Path(folder) / f"{name}.json").read_text(encoding="utf-8"))
            row, gaps = [], []
            for way, options in WAYS.items():
                same, differences, others = compared(content, way, options)
                row.append(f"{same}/{len(content['texts'])}")
                gaps.append(max(differences, default=0.0))
                for text, ours, theirs in others:
                    print(f"  {way}: {text!r}: {ours!r} instead of {theirs!r}")
            print(f"{name:<26} {row[0]:>9} {row[1]:>9} {max(gaps):>30.1e}", flush=True)


def compared(
    content: dict[str, Any], way: str, options: dict[str, int]
) -> tuple[int, list[float], list[tuple[str, Any, Any]]]:
    """Return how many are the same, how far their scores lie apart, and the others."""
    import page_engine

    calls = [["translate", text, options] for text in content["texts"]]
    said = page_engine.run("translator", *calls, create="Translator", argument=content["packed"])
    same, differences, others = 0, [], []
    for text, ours, theirs in zip(content["texts"], said, content[way], strict=True):
        found, expected = ours["hypotheses"][0], theirs[0]
        if found["ids"] == expected["ids"]:
            same += 1
            differences.append(abs(found["score"] - expected["score"]))
        else:
            others.append((text, found["score"], expected["score"]))
    return same, differences, others


def measure(runs: list[str]) -> None:
    """Say how quickly runs translate in Node."""
    import page_engine

    import seq2see
    from seq2see.run import Run
    from seq2see.views.packed import pack

    module = (ROOT / "src/seq2see/views/static/engine/translator.js").as_uri()
    for run in runs:
        translator = seq2see.load(run, threads=1)
        texts = [pair.source for pair in Run.open(Path(run)).held_out("test")[:100]]
        job = json.dumps({"packed": pack(translator), "texts": texts})
        program = [page_engine.node(), "--input-type=module", "--eval", _SPEED, module]
        done = subprocess.run(program, input=job.encode(), check=True, stdout=subprocess.PIPE)
        found = json.loads(done.stdout)
        size = f"{translator.info.num_parameters:,} parameters, page {len(job) / 1e6:.1f} MB"
        print(f"{run}: {translator.info.arch}, {size}")
        print(f"  loading {found['load']:.2f} s, first sentence {found['first']:.2f} s")
        for beam in (1, 5):
            speed, time = found[f"beam {beam}"].values()
            print(f"  beam {beam}: {speed:,.0f} tokens/s, {1000 * time:.0f} ms a sentence")
        print(f"  with its trace (beam {translator.config.decode.beam_size}): "
              f"{1000 * found['traced']:.0f} ms a sentence")  # fmt: skip


def main() -> None:
    """Compare, or measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help="models, as luong2015-bpe; or runs, with --speed")
    parser.add_argument("--speed", action="store_true", help="measure the speed of runs")
    options = parser.parse_args()
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    print(f"commit {commit or 'unknown'}, {platform.machine()}")
    if options.speed:
        measure(options.names)
    else:
        compare(options.names)


if __name__ == "__main__":
    main()
