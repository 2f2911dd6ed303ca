import gzip
from pathlib import Path

import pytest

from seq2see.data.corpus import Corpus, fingerprint, read, read_all, write_jsonl
from seq2see.data.pair import Link, Pair
from seq2see.errors import ConfigError, DataError


def texts(corpus: Corpus) -> list[tuple[str, str]]:
    return [(pair.source, pair.target) for pair in corpus.pairs]


def prefix(tmp_path: Path, english: bytes, german: bytes) -> str:
    (tmp_path / "train.en").write_bytes(english)
    (tmp_path / "train.de").write_bytes(german)
    return str(tmp_path / "train")


def test_a_file_of_columns_and_one_of_objects(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("a\tb\n")
    (tmp_path / "b.jsonl").write_text('{"source": "c", "target": "d"}\n')
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(b'{"source": "e", "target": "f"}\n'))
    specs = [str(tmp_path / name) for name in ("a.tsv", "b.jsonl", "c.jsonl.gz")]
    assert texts(read_all(specs)) == [("a", "b"), ("c", "d"), ("e", "f")]


def test_a_prefix_is_read_line_for_line(tmp_path: Path) -> None:
    spec = prefix(tmp_path, b"a \n\nc\n", b"A\nB\n\n")
    assert texts(read(spec, pair="en-de")) == [("a ", "A"), ("", "B"), ("c", "")]
    assert texts(read(spec, pair="de-en")) == [("A", "a "), ("B", ""), ("", "c")]
    assert read(spec, pair="en-de").pairs[1].where == f"{spec}.en:2"


def test_a_prefix_may_be_gzipped_on_one_side(tmp_path: Path) -> None:
    (tmp_path / "train.v1.en.gz").write_bytes(gzip.compress(b"a\n"))
    (tmp_path / "train.v1.de").write_bytes(b"b\n")
    assert texts(read(str(tmp_path / "train.v1"), pair="en-de")) == [("a", "b")]


def test_a_prefix_wins_over_a_directory_of_its_name(tmp_path: Path) -> None:
    spec = prefix(tmp_path, b"a\n", b"b\n")
    (tmp_path / "train").mkdir()
    assert texts(read(spec, pair="en-de")) == [("a", "b")]


def test_an_undecodable_line_rejects_its_pair_only(tmp_path: Path) -> None:
    spec = prefix(tmp_path, b"a\nb\nc\n", b"A\n\xe9\nC\n")
    corpus = read(spec, pair="en-de")
    assert texts(corpus) == [("a", "A"), ("c", "C")]
    [reject] = corpus.rejects
    assert (reject.reason, reject.pair.source, reject.pair.target) == (
        "invalid-utf8", "b", "\ufffd",
    )  # fmt: skip
    assert corpus.problems[0].where == f"{spec}.de:2"


def test_unequal_line_counts_are_refused_or_reported(tmp_path: Path) -> None:
    spec = prefix(tmp_path, b"a\nb\nc\n", b"A\n")
    with pytest.raises(DataError, match=r"train\.en` has 3 lines but `.*train\.de` has 1"):
        read(spec, pair="en-de")
    corpus = read(spec, pair="en-de", lenient=True)
    assert texts(corpus) == [("a", "A")]
    assert [(problem.kind, problem.count) for problem in corpus.problems] == [("unequal-lines", 2)]


def test_a_missing_side_is_named(tmp_path: Path) -> None:
    (tmp_path / "train.en").write_text("a\n")
    with pytest.raises(DataError, match=r"train\.en` is there, but .*train\.de` \(or \.gz\)"):
        read(str(tmp_path / "train"), pair="en-de")
    with pytest.raises(DataError, match=r"train\.en` is there, but .*train\.de` \(or \.gz\)"):
        read(str(tmp_path / "train"), pair="de-en")


def test_a_prefix_without_a_pair_asks_for_it(tmp_path: Path) -> None:
    spec = prefix(tmp_path, b"a\n", b"b\n")
    with pytest.raises(DataError, match=r"not a file but the prefix of .*`--pair de-en`"):
        read(spec)


def test_what_does_not_exist_is_named(tmp_path: Path) -> None:
    (tmp_path / "train.tsv").write_text("a\tb\n")
    with pytest.raises(DataError, match=r"did you mean `train\.tsv`\?"):
        read(str(tmp_path / "trian.tsv"))
    with pytest.raises(DataError, match=r"nor are there `.*nil\.en` and `.*nil\.de` \(or \.gz\)"):
        read(str(tmp_path / "nil"), pair="en-de")
    with pytest.raises(DataError, match="is a directory"):
        read(str(tmp_path), pair="en-de")


@pytest.mark.parametrize("spec", ["", "/", ".", ".."])
def test_odd_paths_are_refused_as_data(spec: str) -> None:
    with pytest.raises(DataError, match="directory"):
        read(spec, pair="en-de")


def test_nothing_to_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text("\n\n")
    with pytest.raises(DataError, match="holds no sentence pairs"):
        read(str(tmp_path / "x.tsv"))
    (tmp_path / "x.tsv").write_bytes(b"\xe9\tb\n")
    with pytest.raises(DataError, match=r"No pair .* valid UTF-8; convert"):
        read(str(tmp_path / "x.tsv"))
    with pytest.raises(ConfigError, match="No corpus was named"):
        read_all([])


@pytest.mark.parametrize("pair", ["en", "en-", "-de", "en-de-fr", ""])
def test_a_pair_names_two_languages(tmp_path: Path, pair: str) -> None:
    with pytest.raises(ConfigError, match=f"must look like `en-de`, but is `{pair}`"):
        read(str(tmp_path / "x"), pair=pair)


def test_builtin_corpora_are_generated() -> None:
    from seq2see.data import builtin

    assert read("builtin:copy:5").pairs == builtin.generate("copy", "train", 5)
    assert read("builtin:dates/test:3").pairs == builtin.generate("dates", "test", 3)
    assert read("builtin:copy/long:2").pairs == builtin.generate("copy", "long", 2)
    assert len(read("builtin:en-fr:4", pair="en-fr").pairs) == 4


@pytest.mark.parametrize("spec", ["builtin:copy:x", "builtin:copy:", "builtin:copy:0"])
def test_a_builtin_size_is_a_positive_number(spec: str) -> None:
    with pytest.raises(ConfigError, match=f"The size in `{spec}` must be a positive number"):
        read(spec)


def test_a_builtin_corpus_has_its_own_languages() -> None:
    with pytest.raises(ConfigError, match="translates en to fr, but the language pair is `fr-en`"):
        read("builtin:en-fr:4", pair="fr-en")


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz"])
def test_written_pairs_are_read_back(tmp_path: Path, name: str) -> None:
    pairs = [
        Pair("a\nb\u2028c", 'é"\\', (Link(0, 1, 0, 1), Link(2, 5, 1, 3))),
        Pair("", "\ufeff \u200d", ()),
        Pair("x", "y"),
    ]
    write_jsonl(tmp_path / name, pairs)
    corpus = read(str(tmp_path / name))
    assert [pair[:3] for pair in corpus.pairs] == [pair[:3] for pair in pairs]
    assert corpus.problems == ()


def test_gzipped_pairs_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        write_jsonl(tmp_path / name, [Pair("x", "y")])
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


def test_fingerprints_depend_on_every_boundary() -> None:
    # printf '1:a2:\xc3\xa9' | sha256sum
    expected = "7109eab322e40417f68c2324b32fc46083de5559b26afa84ad8bec35a870d871"
    assert fingerprint([Pair("a", "é")]) == expected
    variants = [
        [Pair("a", "bc")], [Pair("ab", "c")], [Pair("a", "b"), Pair("c", "")],
        [Pair("a", "b"), Pair("", "c")], [Pair("bc", "a")], [],
    ]  # fmt: skip
    assert len({fingerprint(pairs) for pairs in variants}) == len(variants)
    assert fingerprint([Pair("a", "b", (), "x:1")]) == fingerprint([Pair("a", "b")])


@pytest.mark.data
@pytest.mark.parametrize(
    ("spec", "pair", "separator", "count", "first"),
    [
        ("anki/mar.txt.gz", None, None, 33_725, ("Go.", "जा.")),
        ("anki/fra.txt.gz", None, None, 142_787, ("Go.", "Va !")),
        ("g2p/fre_train.tsv", None, None, 3_600, ("abandonner", "a b ɑ̃ d ɔ n e")),
        ("dates/date.txt.gz", None, "_", 50_000, ("september 27, 1994", "1994-09-27")),
        ("inflection/german-dev.tsv.gz", None, None, 1_000, None),
        ("multi30k/train", "en-de", None, 29_000, None),
        ("multi30k/val", "fr-en", None, 1_014, None),
        ("alignments/enfr.src-tgt", None, None, 447, None),
    ],
)
def test_public_corpora(
    data_dir: Path,
    spec: str,
    pair: str | None,
    separator: str | None,
    count: int,
    first: tuple[str, str] | None,
) -> None:
    corpus = read(str(data_dir / spec), pair=pair, separator=separator)
    assert len(corpus.pairs) == count
    assert corpus.rejects == []
    assert first is None or texts(corpus)[0] == first


@pytest.mark.data
def test_dates_suggest_their_separator(data_dir: Path) -> None:
    with pytest.raises(DataError, match="`_` is in most lines: try `--separator _`"):
        read(str(data_dir / "dates/date.txt.gz"))
