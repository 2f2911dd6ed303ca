"""Optional dependencies."""

import math

import pytest

from seq2see.errors import MissingExtraError
from seq2see.extras import require


def test_what_is_there_is_imported() -> None:
    assert require("math", feature="Counting", extra="figures") is math


@pytest.mark.parametrize("module", ["no_such_module", "no_such_module.part"])
def test_what_is_missing_is_named_with_its_remedy(module: str) -> None:
    expected = (
        r"^Drawing needs the optional extra `figures`; install it with "
        r"`pip install 'seq2see\[figures\]'`\.$"
    )
    with pytest.raises(MissingExtraError, match=expected):
        require(module, feature="Drawing", extra="figures")


def test_a_module_that_breaks_on_its_own_is_not_called_missing(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("modules")
    (folder / "needs_another.py").write_text("import absent_dependency\n", encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    with pytest.raises(ModuleNotFoundError, match="absent_dependency"):
        require("needs_another", feature="Drawing", extra="figures")
