import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from seq2see.config import TokenizerConfig
from seq2see.data import doctor
from seq2see.data.corpus import read
from seq2see.data.doctor import Diagnosis, OverfitResult
from seq2see.data.encoding import Encodings, encode
from seq2see.data.finding import Finding
from seq2see.data.pair import Pair
from seq2see.data.rejects import Problem, Problems, Reject, Rejects, filter_pairs
from seq2see.data.vocabulary import train_tokenizers

GOOD = [Pair(f"word{number} ok", f"wort{number} gut", None, f"x:{number}") for number in range(120)]
WORDS = TokenizerConfig(kind="whitespace")


def examine(
    train: Sequence[Pair],
    *,
    valid: Sequence[Pair] = (),
    test: Sequence[Pair] = (),
    problems: Sequence[Problem] = (),
    tokenizer: TokenizerConfig | None = None,
    max_length: int = 100,
    **options: Any,
) -> Diagnosis:
    """Examine pairs of any kind, filtered and tokenised as for training."""
    rejects = Rejects()
    found = Problems(rejects)
    for problem in problems:
        found.append(problem)
    kept = []
    for pairs in (train, valid, test):
        usable, dropped = filter_pairs(pairs)
        for reject in dropped:
            rejects.append(reject)
        kept.append(usable)
    encodings = None
    if tokenizer is not None and kept[0]:
        tokenizers = train_tokenizers(tokenizer, kept[0])
        parts = [
            encode(pairs, tokenizers, max_length=max_length, rejects=rejects) for pairs in kept[:2]
        ]
        sizes = (len(tokenizers[0]), len(tokenizers[1]))
        encodings = Encodings(parts[0], parts[1], sizes, max_length)
    return doctor.examine(
        kept[0],
        valid=kept[1],
        test=kept[2],
        problems=found.summed(),
        rejects=rejects,
        encodings=encodings,
        **options,
    )


def finding(diagnosis: Diagnosis, check: str) -> Finding:
    [found] = [found for found in diagnosis.findings if found.check == check]
    return found


def test_good_data_is_found_good() -> None:
    diagnosis = examine(GOOD[:100], valid=GOOD[100:110], test=GOOD[110:])
    assert {found.severity for found in diagnosis.findings} == {"ok"}
    assert not diagnosis.fatal
    assert (diagnosis.num_read, diagnosis.num_train, diagnosis.num_valid, diagnosis.num_test) == (
        120, 100, 10, 10,
    )  # fmt: skip
    assert list(diagnosis.rejects) == []
    assert diagnosis.source is None


def test_no_usable_pair_is_fatal() -> None:
    for pairs in ([], [Pair("a", " ")]):
        diagnosis = examine(pairs, tokenizer=WORDS)
        assert diagnosis.fatal
        assert finding(diagnosis, "pairs").severity == "fatal"


def test_empty_sides_are_counted_and_rejected() -> None:
    diagnosis = examine([*GOOD, Pair("a", "", None, "x:9")], valid=[Pair(" ", "b")])
    found = finding(diagnosis, "empty sides")
    assert (found.severity, found.count) == ("warning", 2)
    assert "2 pairs (1.6%) with an empty side, not used" in found.message
    assert [reject.reason for reject in diagnosis.rejects] == ["empty-target", "empty-source"]
    assert (diagnosis.num_read, diagnosis.num_train, diagnosis.num_valid) == (122, 120, 0)


def test_what_reading_found_is_summed_up() -> None:
    lost = Pair("bad\ufffd", "b", None, "x:3")
    diagnosis = examine(
        GOOD,
        problems=[
            Problem("invalid-utf8", "x:3", "byte 0xe9 at column 4", 1, lost),
            Problem("carriage-returns", "x", "removed", 120),
            Problem("carriage-returns", "y", "removed", 3),
        ],
    )
    encoding = finding(diagnosis, "encoding")
    assert (encoding.severity, encoding.count) == ("warning", 1)
    assert encoding.message.startswith("1 line not in UTF-8, rejected; convert the file")
    assert encoding.examples == ("x:3: byte 0xe9 at column 4: bad\ufffd",)
    ends = finding(diagnosis, "line ends")
    assert (ends.severity, ends.count, ends.examples) == ("note", 123, ("x: 120", "y: 3"))
    assert list(diagnosis.rejects) == [Reject("invalid-utf8", lost)]
    assert diagnosis.num_read == 121


def test_unequal_line_counts_are_fatal(tmp_path: Path) -> None:
    (tmp_path / "t.en").write_text("one\ntwo\nthree\n")
    (tmp_path / "t.de").write_text("eins\nzwei\n")
    corpus = read(str(tmp_path / "t"), pair="en-de", lenient=True)
    diagnosis = examine(corpus.pairs, problems=corpus.problems)
    found = finding(diagnosis, "line counts")
    assert (found.severity, found.count) == ("fatal", 1)
    assert "has 3 lines but" in found.message


def test_long_sentences_are_rejected_by_their_tokens() -> None:
    long = Pair("a " * 11, "b", None, "x:1")
    diagnosis = examine([*GOOD, long], tokenizer=WORDS, max_length=10)
    assert list(diagnosis.rejects) == [Reject("source-too-long", long)]
    assert diagnosis.num_train == 120
    found = finding(diagnosis, "too long")
    assert (found.severity, found.count) == ("note", 1)
    assert "longer than 10 tokens" in found.message
    assert diagnosis.source is not None
    assert (diagnosis.source.median, diagnosis.source.longest) == (2, 11)


def test_validation_pairs_are_measured_too_and_test_pairs_are_not() -> None:
    long = Pair("a " * 11, "b", None, "x:1")
    diagnosis = examine(GOOD, valid=[long], test=[long], tokenizer=WORDS, max_length=10)
    assert list(diagnosis.rejects) == [Reject("source-too-long", long)]
    assert (diagnosis.num_train, diagnosis.num_valid, diagnosis.num_test) == (120, 0, 1)
    assert diagnosis.source is not None
    assert diagnosis.source.longest == 2  # of training


def test_pairs_that_are_all_too_long_are_fatal() -> None:
    diagnosis = examine(GOOD, tokenizer=WORDS, max_length=1)
    assert diagnosis.fatal
    assert diagnosis.num_train == 0


def test_unknown_words_of_the_validation_set() -> None:
    train = [Pair("a b", "A", None, "x:1"), Pair("b a", "B", None, "x:2")]
    diagnosis = examine(train, valid=[Pair("a c", "B A")], tokenizer=WORDS)
    source, target = (finding(diagnosis, f"{side} vocabulary") for side in ("source", "target"))
    assert (source.severity, source.count) == ("warning", 1)
    assert "6 entries; 50.0% of the validation tokens are unknown; use" in source.message
    assert (target.severity, target.count) == ("ok", 0)
    assert diagnosis.source is not None
    assert diagnosis.source.vocabulary == 6
    alone = examine(train, tokenizer=WORDS)
    assert "no validation text" in finding(alone, "source vocabulary").message


def test_copies_may_be_the_task() -> None:
    copies = [Pair(pair.source, pair.source) for pair in GOOD]
    assert examine(copies).fatal
    assert not examine(copies, allow_copies=True).fatal


@pytest.mark.parametrize(
    ("learnt", "last_loss", "severity"),
    [(True, 0.02, "ok"), (False, 1.12, "warning"), (False, 1.13, "fatal")],
)
def test_the_overfit_check_sees_the_usable_pairs(
    learnt: bool, last_loss: float, severity: str
) -> None:
    given: list[Pair] = []

    def overfit(pairs: Sequence[Pair]) -> OverfitResult:
        given.extend(pairs)
        return OverfitResult(updates=200, first_loss=4.5, last_loss=last_loss, learnt=learnt)

    diagnosis = examine([*GOOD, Pair("", "b")], overfit=overfit)
    found = finding(diagnosis, "one batch")
    assert found.severity == severity
    assert f"went from 4.50 to {last_loss} in 200 updates" in found.message
    assert given == GOOD
    assert diagnosis.fatal == (severity == "fatal")


def test_the_overfit_check_is_spared_where_training_is_pointless() -> None:
    def overfit(pairs: Sequence[Pair]) -> OverfitResult:
        raise AssertionError("called")

    assert examine([Pair("a", "b"), Pair("a", "c")], overfit=overfit).fatal


def test_a_diagnosis_becomes_json() -> None:
    diagnosis = examine([*GOOD, Pair("a", "")], valid=GOOD[:1], tokenizer=WORDS)
    content = json.loads(json.dumps(diagnosis.to_json()))
    assert content["fatal"] is False
    assert content["pairs"] == {"read": 122, "train": 120, "valid": 1, "test": 0}
    assert content["rejects"] == {"empty-target": 1}
    assert content["source"]["vocabulary"] == 4 + 121
    checks = [entry["check"] for entry in content["findings"]]
    assert len(checks) == len(set(checks))
    assert {"overlap", "encoding", "too long", "source vocabulary"} <= set(checks)
