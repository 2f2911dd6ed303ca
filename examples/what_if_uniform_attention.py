"""What if the model could not choose where to look? Decode again with uniform attention.

    python examples/what_if_uniform_attention.py RUN "I am a student"

Every value that a model computes passes through ``watch(name, value)``, and what comes back is used
in its place. Here the attention weights come back equal at every source position; nothing else
changes. Works for every architecture with attention.
"""

import argparse
import re
from collections.abc import Callable

import torch
from torch import Tensor

import seq2see
from seq2see.models.interface import Source
from seq2see.tokens import BOS_ID, EOS_ID

Watch = Callable[[str, Tensor], Tensor]


def uniform(name: str, value: Tensor) -> Tensor:
    """Replace the decoder's attention to the source; leave everything else."""
    if re.fullmatch(r"decoder\.(layers\.\d+\.cross_)?attention\.weights", name):
        return torch.full_like(value, 1 / value.shape[-1])
    return value


@torch.inference_mode()
def greedy(translator: seq2see.Translator, text: str, watch: Watch | None) -> str:
    """Take the most probable token at each step, with the observer looking on."""
    model = translator.model
    ids = torch.tensor([[*translator.source_tokenizer.encode(text).ids, EOS_ID]])
    encoded = model.encode(Source(ids, torch.ones_like(ids, dtype=torch.bool)))
    state = model.start(encoded, 1)
    found: list[int] = []
    for _ in range(20 + 3 * ids.shape[1]):
        previous = torch.tensor([found[-1] if found else BOS_ID])
        taken = model.step(previous, encoded, state, watch)
        token = int(model.output.log_probs(taken.features).argmax())
        if token == EOS_ID:
            break
        found.append(token)
        state = taken.state
    return translator.target_tokenizer.decode(found)


def main() -> None:
    """Translate twice."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", help="a run directory")
    parser.add_argument("text", help="what to translate")
    options = parser.parse_args()

    translator = seq2see.load(options.run)
    if not translator.model.has_attention:
        raise SystemExit(f"{options.run} has no attention to change; choose another architecture.")
    print(f"as trained:        {greedy(translator, options.text, None)}")
    print(f"uniform attention: {greedy(translator, options.text, uniform)}")


if __name__ == "__main__":
    main()
