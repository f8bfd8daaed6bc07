"""The snapshot of a run as one Arrow file, mapped into memory, with a checksum at its end."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.engine.snapshot import Snapshot
from influence.network import Network

TIES, MADE_OF = b"ties", b"made of"
CHECKSUM_BYTES = 4


def write(snapshot: Snapshot, made_of: Sequence[str], sink: BinaryIO) -> None:
    """Write one row with a list for each array, and the names of the files it was made from."""
    network, strength = snapshot.network, snapshot.network.strength
    if (strength == strength[:1]).all():
        strength = strength[:1]
    arrays = {
        "keys": network.keys,
        "indptr": network.indptr,
        "indices": network.indices,
        "strength": strength,
        "value": snapshot.value,
        "hidden": snapshot.hidden,
        "referrer": snapshot.referrer,
        "referred": snapshot.referred,
        "crv": snapshot.crv,
    }
    if network.kind_weight is not None:
        arrays["kind_weight"] = network.kind_weight
    batch = pa.record_batch({name: _one_list(array) for name, array in arrays.items()})
    metadata = {TIES: str(network.ties), MADE_OF: json.dumps(list(made_of))}
    batch = batch.replace_schema_metadata(metadata)
    summed = _Summed(sink)
    with pa.ipc.new_file(summed, batch.schema) as file:
        file.write_batch(batch)
    sink.write(summed.checksum.to_bytes(CHECKSUM_BYTES, "little"))


def read(path: Path) -> tuple[Snapshot, tuple[str, ...]]:
    """Map a file of `write`; return the snapshot and the names of the files it was made from.

    Raises
    ------
    pa.ArrowInvalid
        If it is not such a file, or its checksum does not match.
    """
    with pa.memory_map(str(path)) as source:
        whole = source.read_buffer()
    content, end = whole[:-CHECKSUM_BYTES], whole[-CHECKSUM_BYTES:]
    if _checksum(content) != end.to_pybytes():
        raise pa.ArrowInvalid("the checksum does not match")
    batch = pa.ipc.open_file(content).get_batch(0)
    lists = {name: batch[name].values for name in batch.schema.names}
    arrays: dict[str, npt.NDArray[Any]] = {
        name: values.to_numpy(zero_copy_only=False)
        for name, values in lists.items()
        if name != "keys"
    }
    strength = np.broadcast_to(arrays.pop("strength"), len(arrays["indices"]))
    metadata = batch.schema.metadata
    indptr, indices = arrays.pop("indptr"), arrays.pop("indices")
    network = Network(
        lists["keys"],
        indptr,
        indices,
        strength,
        int(metadata[TIES]),
        arrays.pop("kind_weight", None),
        arrays["hidden"] if arrays["hidden"].any() else None,
    )
    return Snapshot(network, **arrays), tuple(json.loads(metadata[MADE_OF]))


class _Summed(io.RawIOBase):
    """A file that sums what is written to it, so that it is never held as a whole."""

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink
        self.checksum = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._sink.tell()

    def write(self, data: Any) -> int:
        self.checksum = zlib.crc32(data, self.checksum)
        return self._sink.write(data)


def _checksum(content: pa.Buffer) -> bytes:
    return zlib.crc32(content).to_bytes(CHECKSUM_BYTES, "little")


def _one_list(array: pa.Array | npt.NDArray[Any]) -> pa.LargeListArray:
    return pa.LargeListArray.from_arrays([0, len(array)], pa.array(array))
