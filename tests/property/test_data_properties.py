import gzip
import tempfile
import unicodedata
from pathlib import Path
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from seq2see.data.clean import SETS, STEPS, clean_text, resolve
from seq2see.data.corpus import fingerprint, read, write_jsonl
from seq2see.data.pair import Link, Pair
from seq2see.data.rejects import filter_pairs
from seq2see.data.split import normalised, sources_of, split

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LINE = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0\ufeff"), max_size=20
)


@st.composite
def aligned_pairs(draw: st.DrawFn) -> Pair:
    source, target = draw(TEXT), draw(TEXT)
    ends = st.tuples(
        st.integers(0, len(source)), st.integers(0, len(source)),
        st.integers(0, len(target)), st.integers(0, len(target)),
    )  # fmt: skip
    links = st.lists(
        ends.map(lambda e: Link(min(e[0], e[1]), max(e[0], e[1]), min(e[2], e[3]), max(e[2], e[3])))
    ).map(tuple)
    return Pair(source, target, draw(st.none() | links))


@given(st.lists(aligned_pairs(), min_size=1, max_size=5), st.sampled_from(["", ".gz"]))
def test_json_lines_round_trip(pairs: list[Pair], ending: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x.jsonl{ending}"
        write_jsonl(path, pairs)
        corpus = read(str(path))
    assert [pair[:3] for pair in corpus.pairs] == [pair[:3] for pair in pairs]
    assert corpus.problems == ()
    assert fingerprint(corpus.pairs) == fingerprint(pairs)


@given(st.lists(st.tuples(LINE, LINE), min_size=1, max_size=6), st.booleans(), st.booleans())
def test_prefixes_keep_every_line(
    rows: list[tuple[str, str]], zipped: bool, ends_with_newline: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for side, language in enumerate(("en", "fr")):
            text = "\n".join(row[side] for row in rows)
            # Without it a last empty line would not be there.
            if ends_with_newline or not rows[-1][0] or not rows[-1][1]:
                text += "\n"
            data = text.encode()
            path = Path(folder) / f"t.{language}{'.gz' if zipped else ''}"
            path.write_bytes(gzip.compress(data) if zipped else data)
        corpus = read(str(Path(folder) / "t"), pair="en-fr")
    assert [(pair.source, pair.target) for pair in corpus.pairs] == rows


@given(st.binary(min_size=1, max_size=60))
def test_any_bytes_lose_no_line_unnoticed(data: bytes) -> None:
    from seq2see.errors import DataError

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.txt"
        path.write_bytes(data)
        try:
            corpus = read(str(path))
        except DataError:
            return
    blank = sum(problem.count for problem in corpus.problems if problem.kind == "blank-lines")
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    assert len(corpus.pairs) + len(corpus.rejects) + blank == lines


@given(TEXT, st.sampled_from(sorted(set(STEPS) - {"nfc"})))
def test_cleaning_twice_is_cleaning_once(text: str, step: str) -> None:
    once = clean_text(text, [step])
    assert clean_text(once, [step]) == once or step == "lower"


@given(TEXT)
def test_the_standard_set_is_stable_and_squeezed(text: str) -> None:
    steps = resolve(["standard"])
    cleaned = clean_text(text, steps)
    assert clean_text(cleaned, steps) == cleaned
    assert cleaned == " ".join(cleaned.split())


@given(TEXT, st.sampled_from(sorted(SETS)))
def test_no_set_removes_letters_or_marks(text: str, name: str) -> None:
    def spelling(text: str) -> list[str]:
        folded = unicodedata.normalize("NFC", text).lower()
        return [
            character
            for character in unicodedata.normalize("NFC", folded)
            if unicodedata.category(character)[0] in "LM" or character in "\u200c\u200d"
        ]

    assert spelling(clean_text(text, resolve([name]))) == spelling(text)


@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 3)), min_size=8, max_size=60),
    st.none() | st.floats(0.01, 0.99),
    st.integers(0, 5),
    st.sampled_from(["source", "row"]),
)
def test_splits_are_partitions(
    rows: list[tuple[str, int]],
    share: float | None,
    seed: int,
    by: Literal["source", "row"],
) -> None:
    pairs = [
        Pair(f"{letter}{'!' * marks}", str(number), None, str(number))
        for number, (letter, marks) in enumerate(rows)
    ]
    if len(sources_of(pairs)) < 3:
        return
    made = split(pairs, share=share, by=by, seed=seed)
    parts = [made.train, made.valid, made.test]
    assert sorted(pair for part in parts for pair in part) == sorted(pairs)
    assert all(parts)
    if by == "source":
        assert sum(len(sources_of(part)) for part in parts) == len(sources_of(pairs))
        assert made.leaking_sources == made.leaking_pairs == 0


@given(TEXT)
def test_normalising_a_source_ignores_case_spacing_and_form(text: str) -> None:
    key = normalised(text)
    assert normalised(f" {text}\u00a0") == key
    assert normalised(unicodedata.normalize("NFKD", text)) == key


@given(st.lists(st.tuples(TEXT, TEXT)), st.integers(0, 5))
def test_filtering_loses_nothing(rows: list[tuple[str, str]], max_length: int) -> None:
    pairs = [Pair(*row) for row in rows]
    kept, rejects = filter_pairs(
        pairs,
        max_length=max_length,
        source_lengths=[len(pair.source) for pair in pairs],
        target_lengths=[len(pair.target) for pair in pairs],
    )
    assert sorted([*kept, *(reject.pair for reject in rejects)]) == sorted(pairs)
