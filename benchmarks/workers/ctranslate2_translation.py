"""Translates with CTranslate2, called directly, one turn at a time.

    python ctranslate2_translation.py MODEL TOKENIZER COMPUTE-TYPE THREADS

Runs in CTranslate2's environment; TOKENIZER is a file of the ``tokenizers`` library. Each turn
names its ``batch_tokens`` and ``workers``, batches that are translated at a time, among which the
threads are divided.
"""

import json
import sys
from typing import Any

import ctranslate2
import tokenizers
from turns import Stopwatch, Turns


def main() -> None:
    """Load, then translate whenever asked to."""
    path, tokenizer_path, compute_type, threads = sys.argv[1:]
    turns, watch = Turns(), Stopwatch()
    tokenizer = tokenizers.Tokenizer.from_file(tokenizer_path)
    vocabulary = [tokenizer.id_to_token(number) for number in range(tokenizer.get_vocab_size())]
    translators: dict[int, ctranslate2.Translator] = {}
    turns.say()
    while True:
        job: dict[str, Any] = json.loads(turns.wait())
        workers = job["workers"]
        if workers not in translators:
            translators[workers] = ctranslate2.Translator(
                path,
                compute_type=compute_type,
                inter_threads=workers,
                intra_threads=int(threads) // workers,
            )
        watch.start()
        encoded = tokenizer.encode_batch_fast(job["texts"], add_special_tokens=False)
        found = translators[workers].translate_batch(
            [[vocabulary[number] for number in one.ids] for one in encoded],
            batch_type="tokens",
            max_batch_size=job["batch_tokens"],
            beam_size=job["beam_size"],
            length_penalty=job["length_penalty"],
        )
        ids = [[tokenizer.token_to_id(token) for token in one.hypotheses[0]] for one in found]
        translations = tokenizer.decode_batch(ids)
        watch.stop()
        tokens = sum(len(one) + 1 for one in ids)
        turns.say(translations=translations, tokens=tokens, times=[watch.times()])


if __name__ == "__main__":
    main()
