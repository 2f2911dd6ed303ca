"""Some of the training pairs of a finished run, for what is learnt from them later."""

from collections.abc import Sequence

from seq2see.data.pair import Pair
from seq2see.errors import DataError, RunError
from seq2see.run import Run
from seq2see.training.listener import Listener
from seq2see.training.material import read_texts

MAX_PAIRS = 200_000
"""Of a larger corpus, so many pairs at most are read, evenly spread: more would teach little."""


def training_sample(run: Run, listener: Listener, what: str, otherwise: str) -> Sequence[Pair]:
    """Read training pairs again, to learn something from them.

    Args:
        run: The run.
        listener: Told what is learnt, and from what.
        what: That which is learnt.
        otherwise: What else can be done where they cannot be read, for the message.

    Raises:
        RunError: The corpora that the run was trained on cannot be read.
    """
    listener.say(f"learning the {what} from {', '.join(run.config.data.train)}")
    try:
        pairs = read_texts(run.config).train
    except DataError as error:
        raise RunError(
            f"The {what} of `{run.path}` is learnt from its training pairs, which cannot be "
            f"read ({str(error).removesuffix('.')}); put them back, or {otherwise}."
        ) from None
    step = -(-len(pairs) // MAX_PAIRS)
    return [pairs[row] for row in range(0, len(pairs), step)]
