import gzip
from collections.abc import Set as AbstractSet
from pathlib import Path

import corpora
import pytest

from seq2see.errors import DataError
from seq2see.evaluation.alignment import (
    Alignment,
    Tally,
    format_pharaoh,
    parse_pharaoh,
    read_pharaoh,
    score_alignments,
    score_files,
    shift_remark,
)


def gold(
    sure: set[tuple[int, int]], possible: AbstractSet[tuple[int, int]] = frozenset()
) -> Alignment:
    return Alignment(frozenset(sure), frozenset(sure | possible))


# --- scores -----------------------------------------------------------------------------------


def test_score_worked_out_by_hand() -> None:
    # |A| = 3, |S| = 2, |A & S| = 1, |A & P| = 2: AER = 1 - (1 + 2) / (3 + 2).
    score = score_alignments([{(0, 0), (2, 1), (2, 2)}], [gold({(0, 0), (1, 1)}, {(2, 1)})])
    assert score.aer == pytest.approx(0.4)
    assert score.precision == pytest.approx(2 / 3)
    assert score.recall == pytest.approx(1 / 2)
    assert (score.num_sentences, score.num_links) == (1, 3)


def test_score_sums_over_sentences_before_dividing() -> None:
    # The mean of the two sentences' rates would be 0.5; |A| = 1 + 3 and |S| = 1 + 3 in all.
    perfect, wrong = {(0, 0), (1, 1), (2, 2)}, {(0, 1)}
    score = score_alignments([wrong, perfect], [gold({(0, 0)}), gold(perfect)])
    assert score.aer == pytest.approx(1 - 6 / 8)
    assert score.precision == score.recall == pytest.approx(3 / 4)


def test_possible_links_cost_nothing_either_way() -> None:
    reference = gold({(0, 0)}, {(1, 0), (1, 1)})
    assert score_alignments([{(0, 0)}], [reference]).aer == 0
    assert score_alignments([{(0, 0), (1, 0), (1, 1)}], [reference]).aer == 0


def test_sure_links_count_as_possible_even_where_a_caller_forgot() -> None:
    forgetful = Alignment(frozenset({(0, 0)}), frozenset())
    assert score_alignments([{(0, 0)}], [forgetful]).aer == 0


@pytest.mark.parametrize(
    ("links", "sure", "expected"),
    [
        (set(), {(0, 0)}, (1.0, 1.0, 0.0)),
        ({(0, 0)}, set(), (1.0, 0.0, 1.0)),
        (set(), set(), (0.0, 1.0, 1.0)),
    ],
)
def test_score_of_nothing(
    links: set[tuple[int, int]], sure: set[tuple[int, int]], expected: tuple[float, float, float]
) -> None:
    score = score_alignments([links], [gold(sure)])
    assert (score.aer, score.precision, score.recall) == expected


def test_score_refuses_different_numbers_of_sentences() -> None:
    with pytest.raises(DataError, match=r"alignments of 2 sentences but gold of 1"):
        score_alignments([set(), set()], [gold(set())])


def test_a_tally_can_be_scored_at_any_time() -> None:
    # The two sentences of the test above, one after the other.
    tally = Tally()
    assert tally.score().aer == 0
    tally.add({(0, 1)}, gold({(0, 0)}))
    assert tally.score().aer == 1
    tally.add({(0, 0), (1, 1), (2, 2)}, gold({(0, 0), (1, 1), (2, 2)}))
    assert tally.score().aer == pytest.approx(1 - 6 / 8)
    assert (tally.score().num_sentences, tally.score().num_links) == (2, 4)


def test_score_to_json() -> None:
    assert score_alignments([{(0, 0)}], [gold({(0, 0)})]).to_json() == {
        "aer": 0.0,
        "precision": 1.0,
        "recall": 1.0,
        "sentences": 1,
        "links": 1,
    }


# --- shifts -----------------------------------------------------------------------------------


def test_a_better_shift_is_remarked_on_and_equals_are_not() -> None:
    assert shift_remark("attention", {-1: 0.3, 0: 0.3, 1: 0.4}) is None
    assert shift_remark("attention", {-1: 0.25, 0: 0.3, 1: 0.25}) == (
        "Off by one: attention fits the gold better when credited to the token before, which is "
        "being read: 25.00% alignment error at shift -1, 30.00% at 0."
    )


# --- Pharaoh files ----------------------------------------------------------------------------


def test_parse_sure_and_possible() -> None:
    assert parse_pharaoh("0-1 2p3\t4?5") == gold({(0, 1)}, {(2, 3), (4, 5)})
    assert parse_pharaoh("") == gold(set())


def test_parse_base_and_reverse() -> None:
    assert parse_pharaoh("1-2 10p3", base=1, reverse=True) == gold({(1, 0)}, {(2, 9)})


def test_a_link_both_sure_and_possible_is_sure() -> None:
    assert parse_pharaoh("1p1 1-1") == gold({(1, 1)})


@pytest.mark.parametrize("token", ["1", "1-", "-1-2", "1-2-3", "a-b", "1:2", "1--2", "²-1", "1P2"])
def test_parse_refuses_what_is_no_link(token: str) -> None:
    with pytest.raises(DataError, match="is not an alignment link; write `i-j`") as caught:
        parse_pharaoh(f"0-0 {token}", where="a.txt:7")
    assert str(caught.value).startswith(f"a.txt:7: `{token}` is not")


@pytest.mark.parametrize("token", ["0-1", "1p0"])
def test_parse_refuses_an_index_below_the_base(token: str) -> None:
    with pytest.raises(
        DataError, match=rf"^g:2: `{token}` has an index below 1.*; read this file with base 0\.$"
    ):
        parse_pharaoh(token, base=1, where="g:2")


def test_read_plain_gzip_and_line_ends(tmp_path: Path) -> None:
    content = b"0-0 1-1 \r\n\r\n2p1"
    plain, packed = tmp_path / "a.txt", tmp_path / "a.gz"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    expected = [gold({(0, 0), (1, 1)}), gold(set()), gold(set(), {(2, 1)})]
    assert read_pharaoh(plain) == expected
    assert read_pharaoh(str(packed)) == expected


def test_read_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("0-0\n0-0 x\n")
    with pytest.raises(DataError, match=r"a\.txt:2: `x` is not"):
        read_pharaoh(path)


@pytest.mark.parametrize(
    ("name", "content"), [("missing", None), ("a.txt", b"\xff\xfe0"), ("a.gz", b"0-0\n")]
)
def test_read_refuses_unreadable_files(tmp_path: Path, name: str, content: bytes | None) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=rf"{name}` cannot be read as alignments"):
        read_pharaoh(path)


def test_read_refuses_a_truncated_gzip_file(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"0-0\n")[:-4])
    with pytest.raises(DataError, match="cannot be read as alignments"):
        read_pharaoh(path)


def test_read_refuses_a_damaged_gzip_file(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    whole = bytearray(gzip.compress(b"0-0 1-1 2-2 3-3\n" * 50))
    whole[12:20] = b"\xff" * 8
    path.write_bytes(whole)
    with pytest.raises(DataError, match="cannot be read as alignments"):
        read_pharaoh(path)


def test_score_files_refuses_different_numbers_of_lines(tmp_path: Path) -> None:
    alignments, reference = tmp_path / "a", tmp_path / "g"
    alignments.write_text("0-0\n0-0\n")
    reference.write_text("0-0\n")
    with pytest.raises(DataError, match=r"a` has 2 lines but `.*g` has 1; line n of both"):
        score_files(alignments, reference)


def test_score_files_reads_each_file_its_own_way(tmp_path: Path) -> None:
    alignments, reference = tmp_path / "a", tmp_path / "g"
    alignments.write_text("0-1 2p0\n")  # target-source, from 0: (1, 0) and (0, 2)
    reference.write_text("2-1 1-3\n")  # source-target, from 1
    score = score_files(alignments, reference, gold_base=1, reverse=True)
    assert score.aer == 0
    assert score.num_links == 2


def test_format_is_sorted_by_source_and_reads_back() -> None:
    links = {(2, 0), (0, 1), (0, 0), (10, 1)}
    assert format_pharaoh(links) == "0-0 0-1 2-0 10-1"
    assert parse_pharaoh(format_pharaoh(links)).sure == links
    assert format_pharaoh([]) == ""


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "reverse", "aer", "precision", "recall", "num_links"),
    [
        ("giza.test.enfr.grow-diagonal-final.talp", False, 6.2, 95.5, 91.6, 5489),
        ("giza.test.enfr.grow-diagonal.talp", False, 5.9, 97.5, 89.7, 5072),
        ("giza.test.enfr.intersection.talp", False, 7.6, 98.4, 85.6, 4637),
        ("giza.test.enfr.reverse.talp", True, 9.8, 91.6, 88.3, 5672),
        ("giza.test.enfr.talp", False, 8.0, 91.4, 92.9, 6069),
        ("giza.test.enfr.union.talp", False, 9.9, 87.1, 95.5, 7104),
    ],
)
def test_published_scores_of_giza(
    name: str, reverse: bool, aer: float, precision: float, recall: float, num_links: int
) -> None:
    folder = _alignments()
    score = score_files(folder / name, folder / "enfr.gold", gold_base=1, reverse=reverse)
    assert 100 * score.aer == pytest.approx(aer, abs=0.05 + 1e-9)
    assert 100 * score.precision == pytest.approx(precision, abs=0.05 + 1e-9)
    assert 100 * score.recall == pytest.approx(recall, abs=0.05 + 1e-9)
    assert score.num_links == num_links
    assert score.num_sentences == 447


@pytest.mark.data
def test_published_score_of_awesome_align() -> None:
    folder = _alignments()
    score = score_files(folder / "enfr.awesome-align.out", folder / "enfr.gold", gold_base=1)
    assert round(100 * score.aer, 2) == 4.07


def _alignments() -> Path:
    return corpora.folder() / "alignments"
