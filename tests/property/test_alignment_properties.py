from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from seq2see.data.pair import Link, Pair
from seq2see.evaluation.alignment import (
    Alignment,
    Position,
    format_pharaoh,
    parse_pharaoh,
    score_alignments,
)
from seq2see.evaluation.links import between_units, unit_spans
from seq2see.evaluation.symmetrise import Symmetrisation, symmetrise

position = st.tuples(st.integers(0, 5), st.integers(0, 5))
links = st.frozensets(position, max_size=12)
gold = st.builds(lambda sure, more: Alignment(sure, sure | more), links, links)
texts = st.text(alphabet="ab '.", max_size=14)


def swapped(one: frozenset[Position]) -> frozenset[Position]:
    return frozenset((target, source) for source, target in one)


@given(st.lists(st.tuples(links, gold), max_size=4))
def test_rates_are_shares_and_follow_the_definition(
    pairs: list[tuple[frozenset[Position], Alignment]],
) -> None:
    score = score_alignments([one for one, _ in pairs], [other for _, other in pairs])
    assert 0 <= score.aer <= 1
    assert 0 <= score.precision <= 1
    assert 0 <= score.recall <= 1
    size = sum(len(one) + len(other.sure) for one, other in pairs)
    found = sum(
        (link in other.sure) + (link in other.possible) for one, other in pairs for link in one
    )
    assert abs(score.aer * size - (size - found)) < 1e-9


@given(links, links, links)
def test_anything_between_sure_and_possible_is_perfect(
    sure: frozenset[Position], more: frozenset[Position], chosen: frozenset[Position]
) -> None:
    predicted = sure | (more & chosen)
    assert score_alignments([predicted], [Alignment(sure, sure | more)]).aer == 0


@given(links, gold)
def test_swapping_source_and_target_on_both_sides_changes_nothing(
    predicted: frozenset[Position], reference: Alignment
) -> None:
    other = Alignment(swapped(reference.sure), swapped(reference.possible))
    assert score_alignments([predicted], [reference]) == score_alignments(
        [swapped(predicted)], [other]
    )


@given(links, st.sampled_from([0, 1]), st.booleans())
def test_what_is_written_reads_back(
    predicted: frozenset[Position], base: int, reverse: bool
) -> None:
    moved = {(source + base, target + base) for source, target in predicted}
    line = format_pharaoh((b, a) if reverse else (a, b) for a, b in moved)
    assert parse_pharaoh(line, base=base, reverse=reverse).sure == predicted


@given(links, links)
def test_symmetrisations_lie_between_intersection_and_union(
    forward: frozenset[Position], backward: frozenset[Position]
) -> None:
    grown = symmetrise(forward, backward, "grow-diagonal")
    final = symmetrise(forward, backward, "grow-diagonal-final")
    assert symmetrise(forward, backward, "intersection") == forward & backward <= grown
    assert grown <= final <= forward | backward == symmetrise(forward, backward, "union")
    # What was added shares no word with anything else, and nothing more could have been.
    for source, target in final - (forward & backward):
        assert sum(i == source or j == target for i, j in final) == 1
    for source, target in forward | backward:
        assert any(i == source or j == target for i, j in final)


@given(links, st.sampled_from(get_args(Symmetrisation)))
def test_agreement_is_left_alone(one: frozenset[Position], method: Symmetrisation) -> None:
    assert symmetrise(one, one, method) == one


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    text = draw(texts.filter(bool))
    starts = st.integers(0, len(text) - 1)
    spans = st.lists(
        starts.flatmap(lambda start: st.tuples(st.just(start), st.integers(start + 1, len(text)))),
        max_size=4,
    )
    return text, draw(spans)


@given(texts_with_spans())
def test_units_are_a_partition_that_keeps_gold_spans_whole(
    case: tuple[str, list[tuple[int, int]]],
) -> None:
    text, spans = case
    units = unit_spans(text, spans)
    covered = [index for start, end in units for index in range(start, end)]
    assert covered == sorted(set(covered))
    inside = {index for start, end in spans for index in range(start, end)}
    assert set(covered) == inside | {i for i, char in enumerate(text) if not char.isspace()}
    for start, end in spans:
        assert sum(low <= start and end <= high for low, high in units) == 1


@given(texts_with_spans(), texts_with_spans())
def test_the_gold_itself_is_perfect_under_a_character_tokenizer(
    source: tuple[str, list[tuple[int, int]]], target: tuple[str, list[tuple[int, int]]]
) -> None:
    alignment = tuple(Link(*a, *b) for a, b in zip(source[1], target[1], strict=False))
    offsets = [tuple((i, i + 1) for i in range(len(text))) for text, _ in (source, target)]
    token_links = {
        (i, j)
        for link in alignment
        for i in range(link.source_start, link.source_end)
        for j in range(link.target_start, link.target_end)
    }
    pair = Pair(source[0], target[0], alignment)
    projection, gold = between_units(pair, offsets[0], offsets[1])
    assert projection.carry(token_links) == gold.sure == gold.possible
