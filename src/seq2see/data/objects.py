"""Sentence pairs from JSON lines."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seq2see.data.lines import read_lines
from seq2see.data.pair import Link, Pair
from seq2see.data.rejects import Problem, ProblemSink
from seq2see.errors import DataError


def read_objects(
    path: Path, languages: tuple[str, str] | None, problems: ProblemSink
) -> Iterator[Pair]:
    """Stream one JSON object a line, in either of the two forms that ``corpus`` describes.

    Raises:
        DataError: The file cannot be read, a line is not JSON, or its object is not a pair.
    """
    num_blank = 0
    for line in read_lines(path, problems):
        where = f"{path}:{line.number}"
        if line.invalid:
            lost = Pair(line.text, "", None, where)
            problems.append(Problem("invalid-utf8", where, line.invalid, 1, lost))
            continue
        if not line.text.strip():
            num_blank += 1
            continue
        try:
            row = json.loads(line.text)
        except ValueError as error:
            raise DataError(
                f"{where} is not JSON ({error}); every line must be one object, as in "
                '{"source": "Go.", "target": "Va !"}.'
            ) from None
        except RecursionError:
            raise DataError(f"{where} is nested too deeply to be a sentence pair.") from None
        pair = _pair(row, languages, where)
        if _has_surrogate(pair.source) or _has_surrogate(pair.target):
            # "\ud83d" alone is valid JSON, but no UTF-8 text can hold what it stands for.
            detail = "half a surrogate pair, which is no character"
            shown = Pair(_replaced(pair.source), _replaced(pair.target), None, where)
            problems.append(Problem("invalid-utf8", where, detail, 1, shown))
            continue
        yield pair
    if num_blank:
        detail = "blank lines are no pairs and were skipped"
        problems.append(Problem("blank-lines", str(path), detail, num_blank))


def _pair(row: Any, languages: tuple[str, str] | None, where: str) -> Pair:
    if not isinstance(row, dict):
        raise DataError(f"{where} must be a JSON object, but is `{_short(row)}`.")
    if "source" in row or "target" in row:
        source = _text(row, "source", where)
        target = _text(row, "target", where)
        return Pair(source, target, _alignment(row.get("alignment"), source, target, where), where)
    texts = row.get("translation")
    if not isinstance(texts, dict):
        raise DataError(
            f"{where} must have `source` and `target`, or `translation`, but has "
            f"{', '.join(f'`{key}`' for key in row) or 'no keys'}."
        )
    if languages is None:
        raise DataError(
            f"{where} has texts in {', '.join(f'`{key}`' for key in texts) or 'no language'}; name "
            "source and target, as in `--pair en-de`."
        )
    return Pair(_text(texts, languages[0], where), _text(texts, languages[1], where), None, where)


def _text(row: dict[str, Any], key: str, where: str) -> str:
    if key not in row:
        keys = ", ".join(f"`{name}`" for name in row)
        raise DataError(f"{where} has no `{key}`, only {keys}; add it, or correct `--pair`.")
    text = row[key]
    if not isinstance(text, str):
        raise DataError(f"`{key}` in {where} must be text, but is `{_short(text)}`.")
    return text


def _alignment(rows: Any, source: str, target: str, where: str) -> tuple[Link, ...] | None:
    if rows is None:
        return None
    if isinstance(rows, list) and all(_is_link(row, source, target) for row in rows):
        return tuple(Link(*row) for row in rows)
    raise DataError(
        f"`alignment` in {where} must be a list of [source start, source end, target start, target "
        f"end] within the two texts, but is `{_short(rows)}`."
    )


def _is_link(row: Any, source: str, target: str) -> bool:
    return (
        isinstance(row, list)
        and len(row) == 4
        and all(type(value) is int for value in row)
        and 0 <= row[0] <= row[1] <= len(source)
        and 0 <= row[2] <= row[3] <= len(target)
    )


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 60 else f"{text[:60]}..."


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _replaced(text: str) -> str:
    return text.encode("utf-8", errors="replace").decode("utf-8")
