"""From a Transformer to a CTranslate2 model, kept inside the run directory.

::

    RUN/ctranslate2/<fingerprint>/    model.bin, config.json and the vocabularies, in float32

CTranslate2 makes other precisions of it while it loads it. What is converted is checked before
anybody uses it: both backends must give the same log-probabilities.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from seq2see.decoding.backends import EXTRA, FEATURE
from seq2see.decoding.observing import target_log_probs
from seq2see.errors import RunError
from seq2see.extras import require
from seq2see.models.interface import Source
from seq2see.models.multihead import MultiHeadAttention
from seq2see.models.output import SoftmaxOutput
from seq2see.models.transformer import DecoderLayer, EncoderLayer, Transformer, sinusoids
from seq2see.tokenizer import Tokenizer
from seq2see.tokens import EOS_ID, PAD_ID, SPECIAL_TOKENS

POSITIONS = 1024
"""Positions that a converted model has on each side."""
TOLERANCE = 1e-3
"""Most that the log-probability of a token may differ between the backends, both in float32. About
1e-5 is seen; what is converted wrongly differs by more than 1."""
_LAYOUT = 1
"""Raised when the layout of converted models changes, so that every run is converted anew."""


def converted(run: Path, model: Transformer, source: Tokenizer, target: Tokenizer) -> Path:
    """Return the converted model of a run, making it where there is none of these weights.

    Args:
        run: The run directory.
        model: Its model in float32.
        source: The source tokenizer.
        target: The target tokenizer.

    Raises:
        MissingExtraError: CTranslate2 is not installed.
        RunError: The folder cannot be written, or the converted model computes something else.
    """
    path = run / "ctranslate2" / fingerprint(model, source, target)
    if path.is_dir():
        return path
    try:
        path.parent.mkdir(exist_ok=True)
        with TemporaryDirectory(prefix=".", dir=path.parent, ignore_cleanup_errors=True) as beside:
            made = Path(beside) / "model"
            made.mkdir()
            convert(model, source, target).save(str(made))
            check(made, model, source, target)
            if not path.is_dir():  # another process may have been quicker
                made.rename(path)
    except OSError as error:
        raise RunError(
            f"The CTranslate2 model `{path}` cannot be written ({error.strerror}); make room and "
            "allow writing there, or translate with `--backend torch`."
        ) from None
    for other in path.parent.iterdir():
        if other != path and not other.name.startswith("."):  # of earlier weights
            shutil.rmtree(other, ignore_errors=True)
    return path


def fingerprint(model: Transformer, source: Tokenizer, target: Tokenizer) -> str:
    """Name what a converted model depends on: weights, shape and vocabularies."""
    shape = (_LAYOUT, POSITIONS, model.num_heads, _is_pre_norm(model))
    digest = hashlib.sha256(json.dumps(shape).encode())
    for tokenizer in (source, target):
        digest.update(tokenizer.fingerprint.encode())
    for name, parameter in model.named_parameters():
        digest.update(f"{name} {parameter.dtype} {tuple(parameter.shape)}".encode())
        digest.update(parameter.detach().cpu().contiguous().numpy().data)
    return digest.hexdigest()[:16]


def convert(model: Transformer, source: Tokenizer, target: Tokenizer) -> Any:
    """Return the ``ctranslate2.specs.TransformerSpec`` of a model.

    Raises:
        MissingExtraError: CTranslate2 is not installed.
    """
    specs = require("ctranslate2.specs", feature=FEATURE, extra=EXTRA)
    spec = specs.TransformerSpec.from_config(
        (len(model.encoder), len(model.decoder)), model.num_heads, pre_norm=_is_pre_norm(model)
    )
    spec.encoder.scale_embeddings = spec.decoder.scale_embeddings = True
    spec.encoder.embeddings[0].weight = _copy(model.source_embedding.weight)
    spec.decoder.embeddings.weight = _copy(model.target_embedding.weight)
    output = cast("SoftmaxOutput", model.output)
    spec.decoder.projection.weight = _copy(output.weight)
    spec.decoder.projection.bias = _copy(output.bias)
    # Without a table of its own CTranslate2 counts from 1, and puts all sines before the cosines.
    table = sinusoids(POSITIONS, model.source_embedding.embedding_dim, torch.device("cpu"))
    for side in (spec.encoder, spec.decoder):
        side.position_encodings.encodings = _copy(table)
    if _is_pre_norm(model):
        _norm(spec.encoder.layer_norm, model.encoder_norm)
        _norm(spec.decoder.layer_norm, model.decoder_norm)
    for layer, to in zip(model.encoder, spec.encoder.layer, strict=True):
        _encoder_layer(to, cast("EncoderLayer", layer))
    for layer, to in zip(model.decoder, spec.decoder.layer, strict=True):
        _decoder_layer(to, cast("DecoderLayer", layer))
    spec.register_source_vocabulary(list(source.vocab))
    spec.register_target_vocabulary(list(target.vocab))
    _, spec.config.unk_token, spec.config.bos_token, spec.config.eos_token = SPECIAL_TOKENS
    spec.config.decoder_start_token = spec.config.bos_token
    spec.config.add_source_eos = True
    spec.validate()
    return spec


def _encoder_layer(to: Any, layer: EncoderLayer) -> None:
    _linear(to.self_attention.linear[0], layer.self_attention.project_in)
    _linear(to.self_attention.linear[1], layer.self_attention.project_out)
    _norm(to.self_attention.layer_norm, layer.around_attention.norm)
    _feedforward(to.ffn, layer)


def _decoder_layer(to: Any, layer: DecoderLayer) -> None:
    _linear(to.self_attention.linear[0], layer.self_attention.project_in)
    _linear(to.self_attention.linear[1], layer.self_attention.project_out)
    _norm(to.self_attention.layer_norm, layer.around_self.norm)
    _cross_attention(to.attention.linear, layer.cross_attention)
    _norm(to.attention.layer_norm, layer.around_cross.norm)
    _feedforward(to.ffn, layer)


def _cross_attention(to: Any, attention: MultiHeadAttention) -> None:
    """Queries come from one side, keys and values from the other: two matrices, then the output."""
    weight, bias = attention.project_in.weight, attention.project_in.bias
    dim = weight.shape[1]
    to[0].weight, to[0].bias = _copy(weight[:dim]), _copy(bias[:dim])
    to[1].weight, to[1].bias = _copy(weight[dim:]), _copy(bias[dim:])
    _linear(to[2], attention.project_out)


def _feedforward(to: Any, layer: EncoderLayer | DecoderLayer) -> None:
    _linear(to.linear_0, layer.feedforward.expand)
    _linear(to.linear_1, layer.feedforward.contract)
    _norm(to.layer_norm, layer.around_feedforward.norm)


def _linear(to: Any, linear: nn.Linear) -> None:
    to.weight, to.bias = _copy(linear.weight), _copy(linear.bias)


def _norm(to: Any, norm: nn.Module) -> None:
    norm = cast("nn.LayerNorm", norm)
    to.gamma, to.beta = _copy(norm.weight), _copy(norm.bias)


def _copy(tensor: Tensor) -> Any:
    """Return an array of its own: CTranslate2 changes some in place, and weights may be tied."""
    return tensor.detach().cpu().float().clone().numpy()


def _is_pre_norm(model: Transformer) -> bool:
    return isinstance(model.encoder_norm, nn.LayerNorm)


def check(path: Path, model: Transformer, source: Tokenizer, target: Tokenizer) -> None:
    """Compare log-probabilities of the converted model and of the model.

    Raises:
        RunError: They differ by more than ``TOLERANCE``.
    """
    ctranslate2 = require("ctranslate2", feature=FEATURE, extra=EXTRA)
    sources = list(_samples(len(source)))
    targets = list(_samples(len(target)))
    backend = ctranslate2.Translator(str(path), compute_type="float32", intra_threads=1)
    scored = backend.score_batch(
        [[source.vocab[one] for one in ids] for ids in sources],
        [[target.vocab[one] for one in ids] for ids in targets],
    )
    device = next(model.parameters()).device
    ids = [torch.tensor([*one, EOS_ID], device=device) for one in sources]
    padded = pad_sequence(ids, batch_first=True, padding_value=PAD_ID)
    expected = target_log_probs(model, Source(padded, padded != PAD_ID), targets)
    difference = max(
        abs(ours - theirs)
        for logs, result in zip(expected, scored, strict=True)
        for ours, theirs in zip(logs, result.log_probs, strict=True)
    )
    if not difference <= TOLERANCE:
        raise RunError(
            f"The converted model's log-probabilities differ by {difference:.2g} from PyTorch's, "
            f"but at most {TOLERANCE} is rounding; translate with `--backend torch`."
        )


def _samples(vocab: int) -> Iterator[tuple[int, ...]]:
    """Yield sentences of many lengths that go through the vocabulary in even steps."""
    first = len(SPECIAL_TOKENS)
    for length in (1, 2, 3, 5, 8, 13, 21, 34):
        step = max(1, (vocab - first) // length)
        yield tuple(first + (place * step) % (vocab - first) for place in range(length))
