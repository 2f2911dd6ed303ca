"""What models start from."""

import pytest
import torch

from seq2see import config
from seq2see.models.build import build
from seq2see.models.recurrent import RecurrentSeq2seq
from seq2see.models.recurrent_layer import RecurrentLayer


def gates_of_embeddings(*, tied: bool, cell: str) -> torch.Tensor:
    """What the gates of the first decoder layer get of the target embeddings."""
    settings = {"model.cell": cell, "model.tie_weights": tied, "model.input_feeding": True}
    resolved = config.resolve(arch="luong2015", size="tiny", settings=settings)
    torch.manual_seed(1)
    model = build(resolved.model, 500, 500, max_source_length=20, shared_vocab=True)
    assert isinstance(model, RecurrentSeq2seq)
    first = model.layers[0]
    assert isinstance(first, RecurrentLayer)
    return model.embedding.weight @ first.columns(0, model.embedding.embedding_dim).t()


def test_gates_of_an_lstm_see_as_much_of_short_embeddings_as_of_long_ones() -> None:
    """Long: 128 numbers of variance 1 times Xavier's variance 2 / (512 + 256), so 0.58."""
    expected = (128 * 2 / (512 + 256)) ** 0.5
    for tied in (False, True):
        gates = gates_of_embeddings(tied=tied, cell="lstm")
        assert float(gates.detach().std()) == pytest.approx(expected, rel=0.05)


def test_a_gru_begins_with_little() -> None:
    """Embeddings of length 1 times Xavier's variance 2 / (384 + 256), so 0.056."""
    expected = (2 / (384 + 256)) ** 0.5
    for tied in (False, True):
        gates = gates_of_embeddings(tied=tied, cell="gru")
        assert float(gates.detach().std()) == pytest.approx(expected, rel=0.05)
