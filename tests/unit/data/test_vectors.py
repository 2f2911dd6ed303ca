"""Files of word vectors: their forms, what is taken of them, and what is refused."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from seq2see.data import vectors
from seq2see.errors import DataError

VOCAB = ("<pad>", "<unk>", "<s>", "</s>", " dog", " Cat", " the", ", ", ",", " Berlin")
LINES = "the 1 2\ndog 0.5 -3e-1\n, 7 8\ncat 3 4\nzebra 9 9\n"


def written(tmp_path: Path, text: str | bytes, name: str = "vectors.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def check(found: vectors.WordVectors) -> None:
    """Of the words, `Berlin` is not there and `Cat` only in lower case."""
    assert found.ids.tolist() == [4, 5, 6, 7, 8]
    np.testing.assert_array_equal(
        found.values, np.array([[0.5, -0.3], [3, 4], [1, 2], [7, 8], [7, 8]], np.float32)
    )
    assert found.values.dtype == np.float32
    assert found.num_lowered == 1


def test_text_of_glove(tmp_path: Path) -> None:
    path = written(tmp_path, LINES)
    assert vectors.dimension(path) == 2
    check(vectors.read(path, VOCAB))


def test_text_of_word2vec_has_a_heading(tmp_path: Path) -> None:
    path = written(tmp_path, f"5 2\n{LINES}")
    assert vectors.dimension(path) == 2
    check(vectors.read(path, VOCAB))


def test_spaces_at_line_ends_and_gzip(tmp_path: Path) -> None:
    spaced = f"5 2\r\n{LINES}".replace("\n", " \n").encode()
    check(vectors.read(written(tmp_path, gzip.compress(spaced), "vectors.vec.gz"), VOCAB))


def test_a_word_may_hold_spaces(tmp_path: Path) -> None:
    check(vectors.read(written(tmp_path, f"{LINES}. . . 5 5\nat name@example 6 6\n"), VOCAB))


def test_of_a_word_that_stands_twice_the_first_vector_counts(tmp_path: Path) -> None:
    check(vectors.read(written(tmp_path, f"{LINES}dog 100 100\ncat 100 100\n"), VOCAB))


@pytest.mark.parametrize("order", ["cat 3 4\nCat 1 2\n", "Cat 1 2\ncat 3 4\n"])
def test_a_words_own_form_goes_before_the_lower_case(tmp_path: Path, order: str) -> None:
    found = vectors.read(written(tmp_path, order), VOCAB)
    assert found.ids.tolist() == [5]
    assert found.values.tolist() == [[1, 2]]
    assert found.num_lowered == 0


def test_special_tokens_have_no_vectors(tmp_path: Path) -> None:
    found = vectors.read(written(tmp_path, "</s> 1 1\n<unk> 2 2\n<pad> 3 3\ndog 4 4\n"), VOCAB)
    assert found.ids.tolist() == [4]


def test_words_that_are_not_utf_8_are_passed_over(tmp_path: Path) -> None:
    check(vectors.read(written(tmp_path, LINES.encode() + b"caf\xe9 1 2\n"), VOCAB))


@pytest.mark.parametrize(
    "line", ["dog 1", "zebra 1", "dog 1 2 3", "zebra 1 2 3", "dog 1 two", "dog 1 nan", "dog"]
)
def test_a_line_with_other_numbers_is_refused(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, f"the 1 2\n{line}\n")
    with pytest.raises(DataError, match=r"Line 2 of .* must be a word and 2 numbers, separated"):
        vectors.read(path, VOCAB)


@pytest.mark.parametrize("text", ["", "dog\n", "dog one two\n", "\n"])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match="does not begin as a file of word vectors"):
        vectors.dimension(written(tmp_path, text))


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is a binary file"):
        vectors.dimension(written(tmp_path, b"5 2\nthe \x00\x00\x80\x3f\x00\x00\x00\x40\n"))
