"""Translates with seq2see, one turn at a time.

    python seq2see_translation.py RUN LOADING

LOADING is JSON, what ``seq2see.load`` takes. Each turn is a line of JSON: ``texts`` and
``settings`` of ``translate``, and whether they are to be translated one by one (``single``).
"""

import json
import sys
from typing import Any

from turns import Stopwatch, Turns

import seq2see


def main() -> None:
    """Load, then translate whenever asked to."""
    turns, watch = Turns(), Stopwatch()
    watch.start()
    translator = seq2see.load(sys.argv[1], **json.loads(sys.argv[2]))
    watch.stop()
    turns.say(parameters=translator.info.num_parameters, loading=watch.times())
    while True:
        job = json.loads(turns.wait())
        batches: list[Any] = [[text] for text in job["texts"]] if job["single"] else [job["texts"]]
        translations: list[str] = []
        tokens, times = 0, []
        for batch in batches:
            watch.start()
            found = list(translator.stream(batch, **job["settings"]))
            texts = [translation.text for translation in found]
            watch.stop()
            times.append(watch.times())
            translations += texts
            tokens += sum(len(translation.best.ids) + 1 for translation in found)
        turns.say(translations=translations, tokens=tokens, times=times)


if __name__ == "__main__":
    main()
