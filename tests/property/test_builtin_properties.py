"""Properties of built-in corpora, for any size; those that are quick to make under shape checks."""

from hypothesis import given, settings
from hypothesis import strategies as st

from seq2see.data import builtin

NAMES = st.sampled_from(["dates", "copy", "reverse-short", "sort"])
SIZES = st.integers(0, 20)


@settings(max_examples=20)
@given(name=NAMES, one=SIZES, other=SIZES)
def test_splits_are_disjoint_whatever_the_sizes(name: str, one: int, other: int) -> None:
    train = builtin.generate(name, "train", one)
    test = builtin.generate(name, "test", other)
    assert (len(train), len(test)) == (one, other)
    assert not {pair.source for pair in train} & {pair.source for pair in test}
    assert not {pair.target for pair in train} & {pair.target for pair in test}


@settings(max_examples=20)
@given(name=NAMES, small=SIZES, more=SIZES)
def test_smaller_is_a_prefix(name: str, small: int, more: int) -> None:
    larger = builtin.generate(name, "train", small + more)
    assert builtin.generate(name, "train", small) == larger[:small]
