"""Ids of any number of pairs, in files."""

from pathlib import Path

import numpy as np
import pytest

from seq2see.config import TokenizerConfig
from seq2see.data import encoding, stored
from seq2see.data.corpus import fingerprint
from seq2see.data.encoding import Encoded, encode
from seq2see.data.pair import Pair
from seq2see.data.rejects import Reject, Rejects
from seq2see.data.vocabulary import train_tokenizers
from seq2see.tokens import EOS_ID

PAIRS = [
    Pair("a", "b c"), Pair("a a a", "b"), Pair("a d", "b"), Pair("a", "b b b"), Pair("e a", "f"),
    Pair("a a a", "b b b"),
]  # fmt: skip
TOKENIZERS = train_tokenizers(TokenizerConfig(kind="whitespace"), PAIRS[:2])  # ids 4, 5: by count
FROM = {"texts": "x", "max_length": 2}


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "_AT_ONCE", 2)


def encoded() -> tuple[Encoded, Rejects]:
    rejects = Rejects()
    return encode(PAIRS, TOKENIZERS, max_length=2, rejects=rejects), rejects


def test_pairs_become_ids_or_rejects() -> None:
    found, rejects = encoded()
    corpus = found.stored.corpus
    assert [corpus.source[row].tolist() for row in range(3)] == [
        [4, EOS_ID], [4, 1, EOS_ID], [1, 4, EOS_ID]
    ]  # fmt: skip
    assert [corpus.target[row].tolist() for row in range(3)] == [
        [4, 5, EOS_ID], [4, EOS_ID], [1, EOS_ID]
    ]  # fmt: skip
    assert corpus.source.ids.dtype == np.uint16
    assert found.stored.rows.tolist() == [0, 2, 4]
    assert list(found.pairs) == [PAIRS[0], PAIRS[2], PAIRS[4]]
    assert list(rejects) == [
        Reject("source-too-long", PAIRS[1]),
        Reject("target-too-long", PAIRS[3]),
        Reject("source-too-long", PAIRS[5]),
    ]
    assert found.too_long == (PAIRS[1], PAIRS[3], PAIRS[5])
    assert found.num_too_long == 3
    assert found.given == fingerprint(PAIRS)
    assert found.stored.fingerprint == fingerprint(found.pairs)


def test_what_is_too_long_is_measured_too() -> None:
    source, target = encoded()[0].sides
    assert source.lengths.tolist() == [0, 2, 2, 2]
    assert target.lengths.tolist() == [0, 3, 1, 2]
    assert (source.unknown.unknown, source.unknown.total) == (2, 12)
    assert (target.unknown.unknown, target.unknown.total) == (1, 11)


def test_nothing_gives_nothing() -> None:
    found = encode([], TOKENIZERS, max_length=2)
    assert len(found.stored.corpus) == 0
    assert list(found.pairs) == []
    assert found.sides[0].lengths.sum() == 0


@pytest.mark.parametrize("dtype", [np.uint16, np.int32])
def test_ids_come_back_from_their_file(tmp_path: Path, dtype: type) -> None:
    kept = encoded()[0].stored
    for side in (kept.corpus.source, kept.corpus.target):
        object.__setattr__(side, "ids", side.ids.astype(dtype))
    path = tmp_path / "ids.arrow"
    stored.save(path, kept, FROM)
    found = stored.load(path, FROM)
    assert found is not None
    assert found.corpus.source.ids.dtype == dtype
    for one, other in (
        (found.corpus.source, kept.corpus.source),
        (found.corpus.target, kept.corpus.target),
    ):
        assert one.ids.tolist() == other.ids.tolist()
        assert one.starts.tolist() == other.starts.tolist()
    assert found.rows.tolist() == [0, 2, 4]
    assert found.fingerprint == kept.fingerprint
    assert list(tmp_path.iterdir()) == [path]


def test_other_files_count_as_none(tmp_path: Path) -> None:
    path = tmp_path / "ids.arrow"
    assert stored.load(path, FROM) is None
    stored.save(path, encoded()[0].stored, FROM)
    assert stored.load(path, {**FROM, "max_length": 3}) is None
    content = path.read_bytes()
    for broken in (content[:-1], content[: len(content) // 2], b"", b"ARROW1" * 30):
        path.write_bytes(broken)
        assert stored.load(path, FROM) is None
