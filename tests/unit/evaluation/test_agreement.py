"""Agreement over a corpus, put together from attributions of single pairs."""

import numpy as np
import pytest
from rich.console import Console
from small_translators import ENGLISH, FRENCH, translator

from seq2see.data.pair import Pair
from seq2see.decoding.translator import Translator
from seq2see.errors import DataError
from seq2see.evaluation import agreement as agreeing
from seq2see.evaluation.agreement import Agreement, agreement, tables
from seq2see.evaluation.attribution import attribute, kendall_tau
from seq2see.evaluation.heads import MEAN, Head

PAIRS = [Pair(*texts) for texts in zip(ENGLISH, FRENCH, strict=True)]


def by_hand(attending: Translator, head: Head) -> dict[str, list[float]]:
    """Kendall's tau of each target token of all pairs, forced by the translator."""
    found: dict[str, list[float]] = {"gradient": [], "occlusion": [], "both": []}
    for forced in attending.force([pair[:2] for pair in PAIRS]):
        one = attribute(attending, forced)
        attention = one.attention
        if head != MEAN:
            name = f"decoder.layers.{head.layer}.cross_attention.weights"
            attention = forced.best.attentions[name][head.head]
        assert attention is not None
        for row in range(len(one.rows)):
            gradient, left_out = np.abs(one.gradient_x_input[row]), one.occlusion[row]
            for name, tau in (
                ("gradient", kendall_tau(attention[row], gradient)),
                ("occlusion", kendall_tau(attention[row], left_out)),
                ("both", kendall_tau(gradient, left_out)),
            ):
                assert tau is not None
                found[name].append(tau)
    return found


@pytest.mark.parametrize(
    ("arch", "head"),
    [("bahdanau2015", MEAN), ("transformer2017", MEAN), ("transformer2017", Head(2, 1))],
)
def test_it_is_the_mean_over_all_target_tokens(arch: str, head: Head) -> None:
    attending = translator(arch)
    told: list[int] = []
    found = agreement(attending, [*PAIRS, Pair("", "x")], head, advance=told.append)
    expected = by_hand(attending, head)
    assert found.num_sentences == sum(told) == 4
    assert found.num_tokens == len(expected["both"]) == sum(len(t.split()) + 1 for t in FRENCH)
    assert found.attention_gradient == pytest.approx(np.mean(expected["gradient"]), abs=0.02)
    assert found.attention_occlusion == pytest.approx(np.mean(expected["occlusion"]), abs=0.02)
    assert found.gradient_occlusion == pytest.approx(np.mean(expected["both"]), abs=0.02)


def test_only_the_first_pairs_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreeing, "NUM_PAIRS", 2)
    attending = translator()
    assert agreement(attending, PAIRS).num_sentences == 2
    assert agreement(attending, PAIRS) == agreement(attending, PAIRS[:2])


def test_no_pair_is_refused() -> None:
    with pytest.raises(DataError, match="no pair with two sides to compare on"):
        agreement(translator(), [Pair("a", "")])


def text_of(found: Agreement, head: Head | None) -> str:
    screen = Console(width=80, force_terminal=False, markup=False)
    with screen.capture() as capture:
        screen.print(tables(found, head))
    return capture.get()


def test_table_and_json() -> None:
    found = Agreement(
        num_sentences=3,
        num_tokens=1200,
        attention_gradient=0.5,
        attention_occlusion=-0.25,
        gradient_occlusion=None,
    )
    assert found.to_json() == {
        "sentences": 3,
        "tokens": 1200,
        "attention_gradient": 0.5,
        "attention_occlusion": -0.25,
        "gradient_occlusion": None,
    }
    lines = [" ".join(line.split()) for line in text_of(found, None).splitlines()]
    assert lines[:5] == [
        "Rank agreement (3 sentences, 1,200 tokens)",
        "Kendall's tau",
        "attention, gradient x input +0.500",
        "attention, leaving out -0.250",
        "gradient x input, leaving out unknown",
    ]
    assert "not why it chose a word" in text_of(found, None)
    assert "attention (layer 1, head 0), leaving out" in text_of(found, Head(1, 0))
