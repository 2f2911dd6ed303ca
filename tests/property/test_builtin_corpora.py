"""Properties of the built-in corpora, for any name and size."""

from hypothesis import given, settings
from hypothesis import strategies as st

from seq2see.data import builtin

NAMES = st.sampled_from(builtin.NAMES)
SIZES = st.integers(0, 60)


@settings(max_examples=40, deadline=None)
@given(name=NAMES, one=SIZES, other=SIZES)
def test_splits_are_disjoint_whatever_the_sizes(name: str, one: int, other: int) -> None:
    train = builtin.generate(name, "train", one)
    test = builtin.generate(name, "test", other)
    assert len(train) == one
    assert len(test) == other
    assert not {pair.source for pair in train} & {pair.source for pair in test}
    assert not {pair.target for pair in train} & {pair.target for pair in test}


@settings(max_examples=30, deadline=None)
@given(name=NAMES, small=SIZES, more=SIZES)
def test_smaller_is_a_prefix(name: str, small: int, more: int) -> None:
    larger = builtin.generate(name, "valid", small + more)
    assert builtin.generate(name, "valid", small) == larger[:small]
