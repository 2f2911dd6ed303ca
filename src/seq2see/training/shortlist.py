"""The shortlist of a run, learnt from its training pairs when it is first asked for."""

from seq2see.decoding.shortlist import Shortlist
from seq2see.errors import DataError, RunError
from seq2see.run import Run
from seq2see.training.listener import Listener
from seq2see.training.material import read_texts, tokenise

MAX_PAIRS = 200_000
"""Of a larger corpus, so many pairs at most are read, evenly spread: more would teach little."""


def learn_shortlist(run: Run, listener: Listener) -> Shortlist:
    """Learn a run's shortlist and keep it in the run.

    Raises:
        RunError: The corpora that the run was trained on cannot be read.
    """
    listener.say(f"learning the shortlist from {', '.join(run.config.data.train)}")
    try:
        pairs = read_texts(run.config).train
    except DataError as error:
        raise RunError(
            f"The shortlist of `{run.path}` is learnt from its training pairs, which cannot be "
            f"read ({str(error).removesuffix('.')}); put them back, or do without a shortlist."
        ) from None
    step = -(-len(pairs) // MAX_PAIRS)
    sampled = [pairs[row] for row in range(0, len(pairs), step)]
    shortlist = Shortlist.learn(
        tokenise(sampled, run.source_tokenizer, run.target_tokenizer),
        len(run.source_tokenizer),
        len(run.target_tokenizer),
    )
    shortlist.write(run)
    return shortlist
