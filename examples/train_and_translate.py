"""Train on pairs of your own, translate, and see how sure the model is: ten seconds on one core.

    python examples/train_and_translate.py            writes runs/numbers and runs/numbers.tsv

The pairs are numbers in words and in digits, so that the file can be made here. Any file of two
tab-separated columns would do.
"""

import argparse
import random
from pathlib import Path

import seq2see

ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
]  # fmt: skip
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def in_words(number: int) -> str:
    """Write a number below 1000 as English words."""
    if number < 20:
        return ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return TENS[tens - 2] + (f" {ONES[ones]}" if ones else "")
    hundreds, rest = divmod(number, 100)
    return f"{ONES[hundreds]} hundred" + (f" and {in_words(rest)}" if rest else "")


def main() -> None:
    """Train and translate."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", default="runs/numbers", help="the run directory to write")
    parser.add_argument("--updates", type=int, default=120, help="how long to train")
    options = parser.parse_args()

    numbers = list(range(1000))
    random.Random(1).shuffle(numbers)
    out = Path(options.out)
    corpus = out.with_name(f"{out.name}.tsv")
    corpus.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{in_words(number)}\t{number}\n" for number in numbers]
    corpus.write_text("".join(lines), encoding="utf-8")
    seq2see.train(
        corpus,
        arch="bahdanau2015",
        size="tiny",
        out=out,
        settings={
            "tokenizer.source.kind": "word",
            "tokenizer.target.kind": "char",
            "model.embed_dim": 64,
            "model.hidden_dim": 64,
            "model.dropout": 0.0,
            "train.max_updates": options.updates,
            "train.batch_tokens": 1024,
            "train.lr": 0.01,
            "train.warmup_updates": 20,
            "train.validate_every": 40,
        },
    )

    translator = seq2see.load(out)
    unseen = seq2see.Run.open(out).held_out("test")[:5]
    for pair, result in zip(
        unseen, translator.translate([pair.source for pair in unseen]), strict=True
    ):
        right = "right" if result.text == pair.target else f"should be {pair.target}"
        print(f"{pair.source} -> {result.text}  ({right}; log-probability {result.log_prob:.2f})")


if __name__ == "__main__":
    main()
