"""Options of ``seq2see align`` that cannot be meant, refused before anything is loaded."""

import re

import pytest
from command_line import seq2see


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "There is nothing to align; name DATA, or ask for `--table`."),
        (["d", "--table", "--agreement"], "`--table` and `--agreement` are two tables; ask for"),
        (
            ["d", "--units", "word"],
            "`--units` must be words or tokens, but is `word`; did you mean `words`?",
        ),
        (["d", "--method", "max"], "`--method` must be argmax or threshold, but is `max`; did you"),
        (["d", "--heads", "all"], "`--heads` must be best or mean, but is `all`."),
        (
            ["d", "--reverse-run", "r", "--symmetrise", "grow-diag"],
            "`--symmetrise` must be intersection, union, grow-diagonal or grow-diagonal-final, but "
            "is `grow-diag`; did you mean `grow-diagonal`?",
        ),
        (["d", "--symmetrise", "union"], "`--symmetrise` has no meaning without `--reverse-run`;"),
        (["d", "--head", "1"], "`--head` has no meaning without `--layer`; add that."),
        (["d", "--layer", "1", "--heads", "mean"], "`--heads` and `--layer` both say which"),
        (["d", "--method", "threshold"], "`--method threshold` needs a weight; add `--threshold`"),
        (
            ["d", "--method", "argmax", "--threshold", "0.2"],
            "`--threshold` has no meaning with `--method argmax`; leave one out.",
        ),
        (["d", "--threshold", "0"], "`--threshold` must be above 0 and at most 1, but is 0.0."),
        (["d", "--threshold", "1.5"], "`--threshold` must be above 0 and at most 1, but is 1.5."),
        (["--table", "--layer", "0"], "`--layer` has no meaning with `--table`; leave one of"),
        (["--table", "--output", "x"], "`--output` has no meaning with `--table`; leave one of"),
        (["--agreement", "--gold", "x"], "`--gold` has no meaning with `--agreement`; leave one"),
        (["--agreement", "--shift", "1"], "`--shift` has no meaning with `--agreement`; leave"),
    ],
)
def test_what_cannot_be_meant_is_refused(options: list[str], message: str) -> None:
    done = seq2see("align", "no-such-run", *options)
    assert done.code == 2
    assert re.match(re.escape(message), done.error), done.error


def test_shifts_are_to_neighbours_only() -> None:
    assert seq2see("align", "no-such-run", "d", "--shift", "2").code == 2
