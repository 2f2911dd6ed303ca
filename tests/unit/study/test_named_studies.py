"""The comparisons that papers made, as rows."""

from itertools import pairwise
from typing import get_args

import pytest

from seq2see import config as configuration
from seq2see.config import ScopeName, ScoreName
from seq2see.errors import UsageError
from seq2see.models import presets
from seq2see.study.grid import Row, rows
from seq2see.study.named import NAMES, named
from seq2see.study.widths import parameters_of

VOCABULARIES = (900, 1100)


def resolved(name: str, **common: object) -> list[Row]:
    study = named(name)
    settings = {**study.defaults, **common}
    return rows(study.variations(settings, lambda _: VOCABULARIES), settings)


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"`luong` is not a named study; did you mean `luong-tab"):
        named("luong")


@pytest.mark.parametrize("name", NAMES)
def test_every_study_has_rows_that_combine(name: str) -> None:
    found = resolved(name)
    assert named(name).name == name
    assert sum(row.config is not None for row in found) >= len(found) / 2


def test_luong_table_1_adds_one_technique_at_a_time() -> None:
    """Luong et al. 2015, table 1: what each row gains over the one above."""
    found = resolved("luong-table1")
    published = [None, 1.3, 1.4, 2.8, 1.3, 0.9, 1.9]
    assert [row.variation.published for row in found] == published
    assert [row.variation.baseline for row in found] == [
        None, *(row.label for row in found[:-1])
    ]  # fmt: skip
    for before, after in pairwise(found):
        assert before.variation.settings.keys() <= after.variation.settings.keys()
    assert not any(row.refusal for row in found)


def test_bahdanau_figure_2_compares_rows_of_the_same_lengths() -> None:
    found = resolved("bahdanau-figure2")
    lengths = [row.config.data.max_length for row in found if row.config is not None]
    assert lengths == [30, 30, 50, 50]
    attends = [row.config.model.attention.score for row in found if row.config is not None]  # type: ignore[union-attr]
    assert attends == ["none", "additive"] * 2


def test_scores_has_every_score_in_every_scope() -> None:
    scores = set(get_args(ScoreName)) - {"none", "concat"}
    found = resolved("scores")
    assert len(found) == len(scores) * len(get_args(ScopeName))


@pytest.mark.parametrize("size", ["tiny", "small"])
def test_the_lineage_has_equal_parameters(size: str) -> None:
    found = resolved("lineage", **{"model.size": size})
    assert [row.label for row in found] == list(presets.names())
    counts = {
        row.label: parameters_of(row.config, *VOCABULARIES)
        for row in found
        if row.config is not None
    }
    assert len(counts) == len(found)
    assert max(counts.values()) / min(counts.values()) < 1.05, counts


def test_parameters_by_hand() -> None:
    """A GRU of one layer on each side without attention: Cho et al. 2014, appendix A."""
    config = configuration.resolve(
        arch="cho2014", size="tiny", settings={"model.embed_dim": 8, "model.hidden_dim": 8}
    )
    model = config.model
    wide, half = model.embed_dim, (model.embed_dim + 1) // 2
    source, target = VOCABULARIES
    gru = 3 * (wide * wide + wide * wide + 2 * wide)
    # The decoder also reads the summary of the source, as wide as its state, at every step.
    decoder = gru + 3 * wide * wide
    tanh = wide * wide + wide  # the bridge, and the summary
    maxout = 2 * half * (3 * wide) + 2 * half
    output = half * target + target
    expected = (source + target) * wide + gru + decoder + 2 * tanh + maxout + output
    assert parameters_of(config, *VOCABULARIES) == expected
