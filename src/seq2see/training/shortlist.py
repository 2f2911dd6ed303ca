"""The shortlist of a run, learnt from its training pairs when it is first asked for."""

from seq2see.config import RecurrentConfig
from seq2see.decoding.shortlist import Shortlist
from seq2see.run import Run
from seq2see.training.listener import Listener
from seq2see.training.material import tokenise
from seq2see.training.sample import training_sample


def learn_shortlist(run: Run, listener: Listener) -> Shortlist:
    """Learn a run's shortlist and keep it in the run.

    Raises:
        RunError: The corpora that the run was trained on cannot be read.
    """
    pairs = training_sample(run, listener, "shortlist", "do without a shortlist")
    shortlist = Shortlist.learn(
        tokenise(pairs, run.source_tokenizer, run.target_tokenizer),
        len(run.source_tokenizer),
        len(run.target_tokenizer),
        copies=isinstance(run.config.model, RecurrentConfig) and run.config.model.copy,
    )
    shortlist.write(run)
    return shortlist
