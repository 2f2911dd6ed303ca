"""The loss: sums, so that batches can be cut in any way."""

import numpy as np
import pytest
import torch
from torch import Tensor

from seq2see import config
from seq2see.data.batching import Batch, collate
from seq2see.data.prepared import Prepared
from seq2see.models.build import build
from seq2see.models.interface import DecoderOutput, Encoded, Seq2seq, Watch
from seq2see.training import objective as objectives
from seq2see.training.objective import Objective, arithmetic, choose_precision

VOCAB = 11
CORPUS = Prepared.from_ids(
    [[4, 5, 6], [7], [8, 9], [10, 4, 5, 6, 7]], [[5, 6], [7, 8, 9, 10], [4], [6, 6, 6]]
)


def model(arch: str) -> Seq2seq:
    settings = (
        {"model.embed_dim": 8, "model.feedforward_dim": 8, "model.num_layers": 1}
        if arch == "transformer2017"
        else {"model.embed_dim": 6, "model.hidden_dim": 6}
    )
    resolved = config.resolve(arch=arch, size="tiny", settings={**settings, "model.dropout": 0.0})
    torch.manual_seed(2)
    built = build(resolved.model, VOCAB, VOCAB, max_source_length=9, shared_vocab=False)
    return built.double()


def rows(*numbers: int) -> Batch:
    return collate(CORPUS, np.array(numbers))


def gradients(objective: Objective, batches: list[Batch]) -> list[Tensor]:
    """Of one update over these batches, as the loop accumulates them."""
    objective.zero_grad()
    num_tokens = sum(batch.num_tokens for batch in batches)
    for batch in batches:
        (objective(batch).total / num_tokens).backward()
    found = [parameter.grad for parameter in objective.parameters()]
    return [gradient.clone() for gradient in found if gradient is not None]


@pytest.mark.parametrize("arch", ["sutskever2014", "bahdanau2015", "gnmt2016", "transformer2017"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_accumulated_batches_have_the_gradient_of_the_joined_one(
    arch: str, smoothing: float
) -> None:
    objective = Objective(model(arch), smoothing).train()
    joined = gradients(objective, [rows(0, 1, 2, 3)])
    parts = gradients(objective, [rows(1), rows(3, 0), rows(2)])
    assert len(joined) == len(parts) > 3
    for expected, found in zip(joined, parts, strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-12)


@torch.no_grad()
def test_the_loss_is_a_sum_over_target_tokens() -> None:
    objective = Objective(model("luong2015")).eval()
    loss = objective(rows(0, 1, 2, 3))
    assert loss.num_tokens == 3 + 5 + 2 + 4
    singles = [float(objective(rows(row)).total) for row in range(4)]
    assert float(loss.total) == pytest.approx(sum(singles), rel=1e-6)  # in float32


def by_hand(objective: Objective, batch: Batch, smoothing: float) -> float:
    """Cross-entropy with (1 - s) on the target and s spread evenly over the vocabulary."""
    decoded = objective.model.decode(batch.previous, objective.model.encode(batch.source))
    log_probs = objective.model.output.log_probs(decoded.features).numpy()
    total = 0.0
    for row, target in enumerate(batch.target.tolist()):
        for step, token in enumerate(target):
            if token != 0:
                distribution = np.full(VOCAB, smoothing / VOCAB)
                distribution[token] += 1 - smoothing
                total -= float(distribution @ log_probs[row, step])
    return total


@torch.no_grad()
def test_label_smoothing_is_for_training_alone() -> None:
    objective = Objective(model("bahdanau2015"), 0.2)
    batch = rows(0, 1, 2, 3)
    smoothed = float(objective.train()(batch).total)
    plain = float(objective.eval()(batch).total)
    # log_probs and loss are computed in float32
    assert smoothed == pytest.approx(by_hand(objective, batch, 0.2), rel=1e-5)
    assert plain == pytest.approx(by_hand(objective, batch, 0.0), rel=1e-5)


class Penalised(Seq2seq):
    """A model with penalties, around one without."""

    def __init__(self, inner: Seq2seq) -> None:
        super().__init__()
        self.inner = inner
        self.output = inner.output

    def encode(self, source: "object", watch: Watch | None = None) -> Encoded:
        return self.inner.encode(source, watch)  # type: ignore[arg-type]

    def decode(
        self, previous: Tensor, encoded: Encoded, watch: Watch | None = None
    ) -> DecoderOutput:
        decoded = self.inner.decode(previous, encoded, watch)
        penalties = {"coverage": torch.tensor(2.0), "gate": torch.tensor(0.5)}
        return DecoderOutput(decoded.features, decoded.attention, penalties)


@torch.no_grad()
def test_penalties_of_the_model_are_added() -> None:
    plain = model("luong2015")
    batch = rows(0, 1)
    without, penalised = Objective(plain).eval()(batch), Objective(Penalised(plain)).eval()(batch)
    assert float(penalised.total) == pytest.approx(float(without.total) + 2.5)
    assert penalised.num_tokens == without.num_tokens


@torch.no_grad()
def test_bf16_is_for_the_arithmetic_alone() -> None:
    objective = Objective(model("luong2015").float())
    with arithmetic("bf16", torch.device("cpu")):
        low = objective(rows(0, 1)).total
    full = objective(rows(0, 1)).total
    assert low.dtype == torch.float32
    assert {parameter.dtype for parameter in objective.parameters()} == {torch.float32}
    assert float(low) != float(full)
    assert float(low) == pytest.approx(float(full), rel=0.02)
    with arithmetic("fp32", torch.device("cpu")):
        assert float(objective(rows(0, 1)).total) == float(full)


@pytest.mark.parametrize("arch", ["luong2015", "transformer2017"])
@pytest.mark.parametrize("native", [False, True])
def test_auto_takes_bf16_where_the_processor_has_it_and_the_model_gains(
    arch: str, native: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objectives, "computes_bf16", lambda _: native)
    expected = "bf16" if native and arch == "transformer2017" else "fp32"
    assert choose_precision(config.resolve(arch=arch), torch.device("cpu")) == expected


def test_a_named_precision_is_taken_as_it_is() -> None:
    for precision in ("fp32", "bf16"):
        chosen = config.resolve(settings={"train.precision": precision})
        assert choose_precision(chosen, torch.device("cpu")) == precision
