"""Dictionaries: files of two columns, and words learnt from pairs."""

import gzip
from pathlib import Path

import pytest

from seq2see.data.dictionary import Dictionary
from seq2see.data.pair import Pair
from seq2see.errors import DataError
from seq2see.tokenizer import Tokenizer


def test_a_file_has_a_source_word_a_tab_and_a_target_word(tmp_path: Path) -> None:
    text = "dog\tchien\ncat \tchat\n\nécole\tschool\r\n"
    (tmp_path / "words.tsv").write_bytes(text.encode())
    (tmp_path / "words.tsv.gz").write_bytes(gzip.compress(text.encode()))
    for name in ("words.tsv", "words.tsv.gz"):
        found = Dictionary.read(tmp_path / name)
        assert found.translations == {"dog": "chien", "cat": "chat", "école": "school"}


def test_of_several_translations_the_first_one_counts(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    path.write_text("light\tlumière\nlight\tléger\n", encoding="utf-8")
    assert Dictionary.read(path).translations == {"light": "lumière"}


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"dog chien", "'dog chien'"),
        (b"dog\tchien\tnoun", "noun"),
        (b"New York\tParis", "New York"),
        (b"dog\tgros chien", "gros chien"),
        (b"dog\t", "dog"),
        (b"\tchien", "chien"),
        (b"dog\tchi\xffen", "chi"),
    ],
)
def test_a_line_of_anything_else_is_refused(tmp_path: Path, line: bytes, shown: str) -> None:
    path = tmp_path / "words.tsv"
    path.write_bytes(b"cat\tchat\n" + line + b"\n")
    with pytest.raises(DataError, match=r"Line 2 of the dictionary `.*words.tsv` must be") as error:
        Dictionary.read(path)
    assert shown in str(error.value)


def test_a_missing_file_is_refused_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "words.tsv").touch()
    with pytest.raises(DataError, match=r"There is no file .* did you mean `words.tsv`"):
        Dictionary.read(tmp_path / "word.tsv")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    given = Dictionary({"dog": "chien", "5": "5"})
    given.write(tmp_path / "words.tsv")
    assert Dictionary.read(tmp_path / "words.tsv") == given


def test_words_are_learnt_that_the_vocabulary_does_not_hold() -> None:
    """Each word meets its translation in two pairs, and every other word in one at most."""
    pairs = [
        Pair("a dog sleeps", "un chien dort"),
        Pair("the dog eats", "le chien mange"),
        Pair("the cat sleeps", "le chat dort"),
        Pair("a cat eats", "un chat mange"),
        Pair("a bird sings", "un oiseau chante"),
        Pair("the bird", "le oiseau"),
    ]
    source = Tokenizer.train(["a the"], kind="word", vocab_size=6)
    target = Tokenizer.train(["un le"], kind="word", vocab_size=6)
    assert source.unknown_words("a dog") == ["dog"]
    learnt = Dictionary.learn(pairs, source, target).translations
    assert {word: learnt[word] for word in ("dog", "cat", "bird", "the", "sleeps")} == {
        "dog": "chien", "cat": "chat", "bird": "oiseau", "the": "le", "sleeps": "dort",
    }  # fmt: skip
    assert "</s>" not in learnt
    assert learnt.keys() == {word for pair in pairs for word in pair.source.split()}
