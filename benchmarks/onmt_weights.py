"""A Transformer's weights under OpenNMT-py's names, so that both compute the same.

Rows of the vocabulary stay in the order of seq2see's ids; ``workers/onmt_translation.py`` puts them
into OpenNMT-py's. Positions, scaling of embeddings and the places of layer normalisation are alike.
"""

from pathlib import Path

import torch

from seq2see.run import Run


def write(run: Path, path: Path) -> Path:
    """Write the weights of a run and return where."""
    ours = Run.open(run).load_model().state_dict()
    dim = ours["source_embedding.weight"].shape[1]
    theirs: dict[str, torch.Tensor] = {}

    def copy(source: str, target: str) -> None:
        for kind in ("weight", "bias"):
            theirs[f"{target}.{kind}"] = ours[f"{source}.{kind}"]

    def attention(source: str, target: str) -> None:
        copy(f"{source}.project_out", f"{target}.final_linear")
        for kind in ("weight", "bias"):
            parts = ours[f"{source}.project_in.{kind}"].split(dim)
            for name, part in zip(("query", "keys", "values"), parts, strict=True):
                theirs[f"{target}.linear_{name}.{kind}"] = part

    def feedforward(source: str, target: str) -> None:
        copy(f"{source}.feedforward.expand", f"{target}.feed_forward.w_1")
        copy(f"{source}.feedforward.contract", f"{target}.feed_forward.w_2")
        copy(f"{source}.around_feedforward.norm", f"{target}.feed_forward.layer_norm")

    for side, name in (("encoder", "source"), ("decoder", "target")):
        table = f"{side}.embeddings.make_embedding.emb_luts.0.weight"
        theirs[table] = ours[f"{name}_embedding.weight"]
        copy(f"{side}_norm", f"{side}.layer_norm")
    for number in range(sum(name.endswith("feedforward.expand.bias") for name in ours) // 2):
        source, target = f"encoder.{number}", f"encoder.transformer.{number}"
        attention(f"{source}.self_attention", f"{target}.self_attn")
        copy(f"{source}.around_attention.norm", f"{target}.layer_norm")
        feedforward(source, target)
        source, target = f"decoder.{number}", f"decoder.transformer_layers.{number}"
        attention(f"{source}.self_attention", f"{target}.self_attn")
        copy(f"{source}.around_self.norm", f"{target}.layer_norm_1")
        attention(f"{source}.cross_attention", f"{target}.context_attn")
        copy(f"{source}.around_cross.norm", f"{target}.layer_norm_2")
        feedforward(source, target)
    copy("output", "generator")
    torch.save({name: tensor.clone() for name, tensor in theirs.items()}, path)
    return path
