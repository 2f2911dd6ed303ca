"""Tokenised pairs in an Arrow file, which is mapped into memory instead of being read.

The file has one batch with the columns ``source`` and ``target`` (lists of ids, ``</s>`` included)
and ``row``; its metadata say what it was made from.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from seq2see.data.prepared import Prepared, Sequences
from seq2see.data.table import Rows
from seq2see.files import written_atomically

_KEY = b"seq2see"


@dataclass(frozen=True)
class Stored:
    """What a file of ids holds."""

    corpus: Prepared
    rows: Rows
    """Which of the pairs that were tokenised these are, the others being too long."""
    fingerprint: str
    """Of the texts that these are the ids of."""


def save(path: Path, stored: Stored, made_from: Mapping[str, Any]) -> None:
    """Write ids as an Arrow file, which is there when it is complete.

    Args:
        path: The file.
        stored: What to write.
        made_from: Names texts, tokenizers and limits; whoever reads the file has to ask for it.
    """
    description = json.dumps({"made_from": made_from, "fingerprint": stored.fingerprint})
    columns = {
        "source": _as_arrow(stored.corpus.source),
        "target": _as_arrow(stored.corpus.target),
        "row": pa.array(stored.rows, pa.uint32()),
    }
    batch = pa.RecordBatch.from_pydict(columns, metadata={_KEY: description})
    with (
        written_atomically(path) as beside,
        pa.OSFile(str(beside), "wb") as file,
        pa.ipc.new_file(file, batch.schema) as writer,
    ):
        writer.write_batch(batch)


def load(path: Path, made_from: Mapping[str, Any]) -> Stored | None:
    """Map a file of ids into memory; None where there is none that was made from just this.

    A file that is broken counts as none, since ids can be made again.
    """
    if not path.exists():
        return None
    try:
        reader = pa.ipc.open_file(pa.memory_map(str(path)))
        found = json.loads((reader.schema.metadata or {}).get(_KEY, b"{}"))
        if found.get("made_from") != made_from or reader.num_record_batches != 1:
            return None
        batch = reader.get_batch(0)
        batch.validate(full=True)
        source, target = (_from_arrow(batch.column(name)) for name in ("source", "target"))
        rows, fingerprint = batch.column("row").to_numpy(), str(found["fingerprint"])
    except (pa.ArrowException, OSError, KeyError, ValueError):
        return None
    return Stored(Prepared(source, target), rows, fingerprint)


def _as_arrow(sequences: Sequences) -> Any:
    """Wrap sequences, without a copy, as a column of lists."""
    ids = pa.array(sequences.ids)
    return pa.Array.from_buffers(
        pa.large_list(ids.type),
        len(sequences),
        [None, pa.py_buffer(np.ascontiguousarray(sequences.starts))],
        children=[ids],
    )


def _from_arrow(column: Any) -> Sequences:
    """Unwrap a column of lists, without a copy."""
    return Sequences(column.values.to_numpy(), column.offsets.to_numpy())
