"""Translates with OpenNMT-py, by its own inference engine, one turn at a time.

    python onmt_translation.py WEIGHTS OPTIONS-OF-onmt_translate...

Runs in OpenNMT-py's environment. WEIGHTS is a file of tensors by OpenNMT-py's names, embeddings and
output layer in the order of seq2see's ids, that take the place of the model's own; or ``-``. Texts
are lines of token ids, and so are translations.
"""

import functools
import json
import os
import sys
from typing import Any

import torch
from onmt.bin.translate import _get_parser
from onmt.inference_engine import InferenceEnginePY
from onmt.utils.parse import ArgumentParser
from turns import Stopwatch, Turns

SPECIAL_TOKENS = {"<blank>": 0, "<unk>": 1, "<s>": 2, "</s>": 3}


def replace_weights(model: torch.nn.Module, tokens: list[str], path: str) -> None:
    """Put other weights into a model, rows of the vocabulary in its own order."""
    rows = [SPECIAL_TOKENS[token] if token in SPECIAL_TOKENS else int(token) for token in tokens]
    tensors = torch.load(path)
    for name, tensor in tensors.items():
        if "emb_luts" in name or name.startswith("generator"):
            tensors[name] = tensor[rows]
    # OpenNMT-py's own method reads another layout.
    missing, unexpected = torch.nn.Module.load_state_dict(model, tensors, strict=False)
    # The only tensors that are not weights are tables of positions.
    if unexpected or any(not name.endswith(".pe") for name in missing):
        raise SystemExit(f"These weights do not fit: {missing} are missing, {unexpected} are new.")


def main() -> None:
    """Load, then translate whenever asked to."""
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    # Checkpoints hold options as Python objects, which PyTorch reads only when told to.
    torch.load = functools.partial(torch.load, weights_only=False)
    turns, watch = Turns(), Stopwatch()
    options = _get_parser().parse_args([*sys.argv[2:], "-output", os.devnull])
    ArgumentParser.validate_translate_opts(options)
    ArgumentParser._get_all_transform_translate(options)
    ArgumentParser._validate_transforms_opts(options)
    ArgumentParser.validate_translate_opts_dynamic(options)
    watch.start()
    engine = InferenceEnginePY(options)
    if sys.argv[1] != "-":
        model = engine.translator.model
        replace_weights(model, engine.vocabs["src"].ids_to_tokens, sys.argv[1])
    watch.stop()
    parameters = sum(value.numel() for value in engine.translator.model.parameters())
    turns.say(parameters=parameters, loading=watch.times())
    while True:
        job: dict[str, Any] = json.loads(turns.wait())
        options.batch_size = job["batch_size"]
        batches = [[text] for text in job["texts"]] if job["single"] else [job["texts"]]
        translations: list[str] = []
        times = []
        for batch in batches:
            watch.start()
            _, found = engine.infer_list(batch)
            watch.stop()
            times.append(watch.times())
            translations += [best[0] for best in found]
        tokens = sum(len(line.split()) + 1 for line in translations)
        turns.say(translations=translations, tokens=tokens, times=times)


if __name__ == "__main__":
    main()
