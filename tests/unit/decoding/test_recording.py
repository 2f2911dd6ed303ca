"""Traces: what is recorded is what the model computed, for the hypothesis it belongs to."""

import numpy as np
import pytest
import torch
from small_translators import ENGLISH, translator
from torch import Tensor

from seq2see.decoding.sampling import Sampling
from seq2see.decoding.translator import Translator
from seq2see.errors import ConfigError
from seq2see.models import presets
from seq2see.models.interface import Source
from seq2see.tokens import BOS_ID, EOS_ID

TEXT = ENGLISH[1]
everywhere = pytest.mark.parametrize("arch", presets.names())


def watched_alone(
    made: Translator, ids: tuple[int, ...], target: list[int]
) -> tuple[dict[str, list[Tensor]], Tensor]:
    """Everything that the model passes on for one hypothesis, by itself."""
    seen: dict[str, list[Tensor]] = {}

    def watch(name: str, value: Tensor, /) -> Tensor:
        seen.setdefault(name, []).append(value)
        return value

    source = torch.tensor([ids])
    with torch.inference_mode():
        encoded = made.model.encode(Source(source, source > 0), watch)
        decoded = made.model.decode(torch.tensor([[BOS_ID, *target]]), encoded, watch)
        return seen, made.model.output.log_probs(decoded.features)[0]


@everywhere
def test_each_hypothesis_has_its_own_numbers(arch: str) -> None:
    made = translator(arch)
    for hypothesis in made.translate(TEXT, beam_size=4, num_best=4).hypotheses:
        trace = hypothesis.trace()
        before = [token for token in trace.target.ids if token != EOS_ID]
        if not hypothesis.finished:
            before = before[:-1]
        alone, log_probs = watched_alone(made, trace.source.ids, before)
        kept = {name for name in trace.tensors if not name.endswith((".norm", ".active"))}
        assert {name for name in kept if not name.endswith(".largest")} == set(alone)
        for name, calls in alone.items():
            steps = calls[::-1] if ".backward." in name else calls
            axis = 2 if steps[0].dim() == 4 else 1
            expected = torch.cat(steps, dim=axis)[0].numpy().squeeze()
            found = trace[name].squeeze()
            scale = max(1.0, float(np.abs(expected[np.isfinite(expected)]).max()))
            np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * scale, err_msg=name)
        for step, row, token in zip(trace.steps, log_probs, trace.target.ids, strict=True):
            assert step.chosen.id == token
            assert step.chosen.log_prob == pytest.approx(float(row[token]), abs=1e-4)
            assert step.rank == 1 + int((row > row[token]).sum())
            order = row.argsort(descending=True)[:10].tolist()
            assert [choice.id for choice in step.top] == order


@everywhere
def test_numbers_fit_together(arch: str) -> None:
    translation = translator(arch).translate(TEXT, beam_size=3)
    trace = translation.trace()
    assert trace.source.text == TEXT
    assert trace.source.tokens == (*translation.source_tokens, "</s>")
    assert trace.target.text == translation.text
    chosen = [step.chosen.log_prob for step in trace.steps]
    np.testing.assert_allclose(chosen, translation.best.token_log_probs, atol=1e-4)
    assert trace.log_prob == pytest.approx(translation.log_prob, abs=1e-3)
    assert trace.score == translation.score
    for step in trace.steps:  # a softmax: logits differ from log-probabilities by one number
        shift = {round(choice.log_prob - float(choice.logit or 0), 3) for choice in step.top}
        assert max(shift) - min(shift) < 2e-3
        assert sum(choice.prob for choice in step.top) <= 1 + 1e-5
    for name in trace:
        if name.endswith("weights"):
            np.testing.assert_allclose(trace[name].sum(-1), 1, atol=1e-5)
    if translation.attention is None:
        assert trace.attention_kinds == ()
    else:
        matrix = trace.attention()
        np.testing.assert_allclose(matrix, translation.attention, atol=1e-5)
        assert matrix.rows == translation.attention.rows
        assert matrix.columns == translation.attention.columns


def test_both_directions_keep_the_order_of_the_source() -> None:
    trace = translator("bahdanau2015").translate(TEXT).trace()
    both = [trace[f"encoder.layers.0.{way}.hidden"] for way in ("forward", "backward")]
    np.testing.assert_array_equal(np.concatenate(both, axis=-1), trace["encoder.outputs"])
    np.testing.assert_allclose(
        trace["decoder.layers.0.input"][1:, :128], trace["decoder.embeddings"][1:]
    )


def test_input_feeding_shows_in_the_input_of_the_next_step() -> None:
    trace = translator("luong2015").translate(TEXT).trace()
    fed = trace["decoder.layers.0.input"][:, 128:]
    np.testing.assert_array_equal(fed[0], 0)
    np.testing.assert_array_equal(fed[1:], trace["decoder.readout"][:-1])


@pytest.mark.parametrize("beam_size", [1, 4])
def test_the_beam_leads_to_the_hypothesis(beam_size: int) -> None:
    translation = translator().translate(TEXT, beam_size=beam_size, num_best=beam_size)
    for hypothesis in translation.hypotheses:
        trace = hypothesis.trace()
        beam = trace.beam
        assert beam is not None
        steps = range(len(trace.target))
        assert tuple(int(beam.tokens[step, beam.path[step]]) for step in steps) == trace.target.ids
        assert all(beam.parents[step, beam.path[step]] == beam.path[step - 1] for step in steps[1:])
        last = beam.log_probs[len(trace.target) - 1, beam.path[-1]]
        assert float(last) == pytest.approx(hypothesis.log_prob, abs=1e-5)
        assert set(beam.labels) == set(beam.tokens[beam.tokens >= 0].tolist())
        assert (beam.status == 1).any()  # what was pruned stays
        assert (beam.search["beam_size"], beam.search["num_best"]) == (beam_size, beam_size)


def test_the_beam_says_how_it_was_searched() -> None:
    made = translator()
    [one, two] = made.translate([TEXT, TEXT], prefix=["tu", ""], length_penalty=0.3)
    forced, free = (made_by.trace().beam for made_by in (one, two))
    assert forced is not None
    assert free is not None
    assert forced.search["prefix"] == list(made.target_tokenizer.encode("tu").ids)
    assert free.search["prefix"] == []
    assert free.search["length_penalty"] == 0.3
    assert "sampling" not in free.search
    sampled = made.translate(TEXT, sampling=Sampling(seed=4)).trace().beam
    assert sampled is not None
    assert sampled.search["sampling"]["seed"] == 4
    absent = free.status == 0
    for values in (free.token_log_probs, free.log_probs, free.scores):
        assert np.isneginf(values[absent]).all()


def test_samples_and_forced_targets_have_traces_too() -> None:
    made = translator()
    for sample in made.translate(TEXT, num_best=3, sampling=Sampling(seed=3)).hypotheses:
        trace = sample.trace()
        assert trace.beam is not None
        assert trace.target.ids == (*sample.ids, EOS_ID) if sample.finished else sample.ids
    [forced] = made.force([(TEXT, "tu es bon .")])
    assert forced.trace().beam is None
    assert forced.trace().target.text == "tu es bon ."


def test_samples_that_came_out_alike_keep_their_own_columns() -> None:
    drawn = translator().translate(TEXT, num_best=4, sampling=Sampling(temperature=0.01))
    traces = [sample.trace() for sample in drawn.hypotheses]
    assert len({trace.target.ids for trace in traces}) == 1
    for column, trace in enumerate(traces):
        assert trace.beam is not None
        assert trace.beam.path == (column,) * len(trace.target)


def test_an_empty_text_has_no_trace() -> None:
    translation = translator().translate("  ")
    with pytest.raises(ConfigError, match="There is no trace of an empty text"):
        translation.trace()


def test_what_generating_and_copying_give_adds_up() -> None:
    """See et al. 2017, eq. 9: P = p_gen P_vocab + (1 - p_gen) sum of a_i where x_i is the token."""
    settings = {"model.copy": True, "tokenizer.shared": True}
    trace = translator(settings=settings).translate("I am a a student a").trace()
    [p_gen, weights] = trace["output.p_gen"], trace["decoder.attention.weights"]
    assert p_gen.shape == (len(trace.target),)
    assert any(choice.id in trace.source.ids for step in trace.steps for choice in step.top)
    for row, step in enumerate(trace.steps):
        for choice in (step.chosen, *step.top):
            assert choice.generated is not None
            places = [i for i, token in enumerate(trace.source.ids) if token == choice.id]
            copied = weights[row, places].sum()
            expected = p_gen[row] * np.exp(choice.generated) + (1 - p_gen[row]) * copied
            assert choice.prob == pytest.approx(expected, rel=1e-4)
        shifts = [choice.generated - (choice.logit or 0.0) for choice in step.top]  # type: ignore[operator]
        assert max(shifts) - min(shifts) < 1e-4  # a softmax
