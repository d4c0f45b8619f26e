"""Makes vision_transformer.json: maps and gradients of a small network shaped like DINOv2, by transformers, checked against timm.
python vision_transformer.py > vision_transformer.json
Made with torch 2.5.1, transformers 4.57.1, timm 1.0.31. Weights, image and gradients of the maps are hashed from names, see hashed.ts.
On the grid that positions were learnt on both say the same by themselves. Away from it each interpolates positions in a way of its own, so
that there both get the positions as facebookresearch/dinov2 interpolates them: bicubic by scale factors (size + 0.1) / grid, no antialiasing.
"""
import json
import math
import sys

import numpy as np
import timm.models.vision_transformer as timm_vit
import torch
import torch.nn.functional as F
from transformers import Dinov2Config, Dinov2Model

WIDTH, DEPTH, HEADS, PATCH, GRID, BLOCKS = 24, 4, 3, 14, 5, (1, 3)
EVERY = 29


def hashed(name, shape):
    """Numbers in [-1, 1)."""
    salt = sum(ord(character) * (i + 1) for i, character in enumerate(name)) * 7919
    h = np.arange(math.prod(shape), dtype=np.uint64) * 0x9E3779B1 + salt & 0xFFFFFFFF
    h = (h ^ h >> 15) * 0x85EBCA77 & 0xFFFFFFFF
    h = (h ^ h >> 13) * 0xC2B2AE3D & 0xFFFFFFFF
    return torch.from_numpy(((h ^ h >> 16).astype(np.float64) / 2**31 - 1).astype(np.float32).reshape(shape))


def specs():
    """Name, shape and kind of each variable, as the product has them."""
    yield "cls_token", (1, 1, WIDTH), "embedding"
    yield "pos_embed", (1, 1 + GRID**2, WIDTH), "embedding"
    yield "patch_embed.proj.kernel", (PATCH, PATCH, 3, WIDTH), "kernel"
    yield "patch_embed.proj.bias", (WIDTH,), "bias"
    for i in range(DEPTH):
        for norm in ("norm1", "norm2"):
            yield f"blocks.{i}.{norm}.gamma", (WIDTH,), "gamma"
            yield f"blocks.{i}.{norm}.beta", (WIDTH,), "beta"
        for name, inputs, outputs in (("attn.qkv", 1, 3), ("attn.proj", 1, 1), ("mlp.fc1", 1, 4), ("mlp.fc2", 4, 1)):
            yield f"blocks.{i}.{name}.kernel", (inputs * WIDTH, outputs * WIDTH), "kernel"
            yield f"blocks.{i}.{name}.bias", (outputs * WIDTH,), "bias"
        for scale in ("ls1", "ls2"):
            yield f"blocks.{i}.{scale}.gamma", (WIDTH,), "scale"
    yield "norm.gamma", (WIDTH,), "gamma"
    yield "norm.beta", (WIDTH,), "beta"


def value(name, shape, kind):
    u = hashed(name, shape)
    if kind in ("gamma", "scale"):
        return 1 + 0.2 * u
    return {"kernel": math.sqrt(6 / math.prod(shape[:-1])), "embedding": 0.5}.get(kind, 0.1) * u


def published(name):
    """The name in the original's and timm's weights."""
    kept = name.endswith((".ls1.gamma", ".ls2.gamma")) or "." not in name
    return name if kept else name.replace(".kernel", ".weight").replace(".gamma", ".weight").replace(".beta", ".bias")


def turned(value):
    """A kernel as PyTorch has it."""
    return value.permute(3, 2, 0, 1) if value.ndim == 4 else value.T if value.ndim == 2 else value


def of_transformers(values):
    """The same weights by the names of transformers."""
    result = {"embeddings.mask_token": torch.zeros(1, WIDTH)}
    names = (("cls_token", "embeddings.cls_token"), ("pos_embed", "embeddings.position_embeddings"))
    names += (("patch_embed.proj.", "embeddings.patch_embeddings.projection."), ("blocks.", "encoder.layer."), ("attn.proj.", "attention.output.dense."))
    names += (("ls1.gamma", "layer_scale1.lambda1"), ("ls2.gamma", "layer_scale2.lambda1"))
    for name, tensor in values.items():
        if ".attn.qkv." in name:
            for part, third in zip(("query", "key", "value"), tensor.chunk(3)):
                result[name.replace("blocks.", "encoder.layer.").replace("attn.qkv", f"attention.attention.{part}")] = third
            continue
        for ours, theirs in names:
            name = name.replace(ours, theirs)
        result["layernorm." + name[5:] if name.startswith("norm.") else name] = tensor
    return result


def interpolated(positions, height, width):
    """As facebookresearch/dinov2 does it for its networks without registers."""
    if (height, width) == (GRID, GRID):
        return positions
    patches = positions[:, 1:].reshape(1, GRID, GRID, WIDTH).permute(0, 3, 1, 2)
    scale = ((height + 0.1) / GRID, (width + 0.1) / GRID)
    patches = F.interpolate(patches, mode="bicubic", antialias=False, scale_factor=scale)
    assert patches.shape[2:] == (height, width)
    return torch.cat([positions[:, :1], patches.permute(0, 2, 3, 1).reshape(1, -1, WIDTH)], 1)


def maps_of_transformers(values, x):
    network = Dinov2Model(
        Dinov2Config(hidden_size=WIDTH, num_hidden_layers=DEPTH, num_attention_heads=HEADS, image_size=GRID * PATCH, patch_size=PATCH)
    ).eval()
    rows, columns = x.shape[2] // PATCH, x.shape[3] // PATCH
    network.embeddings.interpolate_pos_encoding = lambda embeddings, height, width: interpolated(
        network.embeddings.position_embeddings, rows, columns
    )
    states = torch.func.functional_call(network, of_transformers(values), (x,), {"output_hidden_states": True}, strict=True).hidden_states
    norm = lambda state: F.layer_norm(state, (WIDTH,), values["norm.weight"], values["norm.bias"], 1e-6)
    return [norm(states[i + 1])[:, 1:].reshape(len(x), rows, columns, WIDTH) for i in BLOCKS]


def maps_of_timm(values, x):
    rows, columns = x.shape[2] // PATCH, x.shape[3] // PATCH
    network = timm_vit.VisionTransformer(
        img_size=(x.shape[2], x.shape[3]), patch_size=PATCH, embed_dim=WIDTH, depth=DEPTH, num_heads=HEADS, init_values=1e-5, num_classes=0
    ).eval()

    class Maps(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.network = network

        def forward(self, x):
            return self.network.forward_intermediates(x, indices=list(BLOCKS), norm=True, intermediates_only=True)

    named = {f"network.{name}": tensor for name, tensor in values.items()}
    named["network.pos_embed"] = interpolated(values["pos_embed"], rows, columns)
    return [m.permute(0, 2, 3, 1) for m in torch.func.functional_call(Maps(), named, (x,), strict=True)]


def told(tensor):
    flat = tensor.detach().flatten().double()
    return {"shape": list(tensor.shape), "meanAbsolute": round(flat.abs().mean().item(), 7), "every": [round(v, 7) for v in flat[::EVERY].tolist()]}


def case(height, width):
    ours = {name: value(name, shape, kind).requires_grad_() for name, shape, kind in specs()}
    image = hashed("image", (2, height, width, 3)).requires_grad_()
    results = []
    for maps_of in (maps_of_transformers, maps_of_timm):
        maps = maps_of({published(name): turned(tensor) for name, tensor in ours.items()}, image.permute(0, 3, 1, 2))
        loss = sum((m * hashed(f"gradient {i}", tuple(m.shape))).sum() for i, m in enumerate(maps))
        results.append((maps, torch.autograd.grad(loss, [image, *ours.values()])))
    (maps, gradients), (other_maps, other_gradients) = results
    for a, b in zip([*maps, *gradients], [*other_maps, *other_gradients]):
        assert (a - b).abs().max() < 2e-5 * b.abs().max(), (a - b).abs().max() / b.abs().max()
    return {
        "height": height,
        "width": width,
        "maps": [told(m) for m in maps],
        "gradients": {name: told(g) for name, g in zip(["image", *ours], gradients)},
    }


def convention(values, height, width):
    """How far the positions of other implementations are from the original's, over their size."""
    theirs = interpolated(values["pos_embed"], height, width)[:, 1:]
    patches = values["pos_embed"][:, 1:].reshape(1, GRID, GRID, WIDTH).permute(0, 3, 1, 2)
    say = lambda antialias: F.interpolate(patches, size=(height, width), mode="bicubic", antialias=antialias).permute(0, 2, 3, 1).reshape(1, -1, WIDTH)
    return {name: (say(a) - theirs).abs().max().item() / theirs.abs().max().item() for name, a in (("transformers", False), ("timm", True))}


torch.manual_seed(0)
cases = [case(GRID * PATCH, GRID * PATCH), case(4 * PATCH, 7 * PATCH)]
plain = {published(name): turned(value(name, shape, kind)) for name, shape, kind in specs()}
print("positions of others, 4 x 7:", convention(plain, 4, 7), file=sys.stderr)
size = {"width": WIDTH, "depth": DEPTH, "heads": HEADS, "patch": PATCH, "grid": GRID, "blocks": list(BLOCKS)}
print(json.dumps({"about": __doc__.split("\n")[0], "size": size, "every": EVERY, "cases": cases}))
