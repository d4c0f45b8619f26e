"""DINOv2 in PyTorch, as its authors built it, with the attention of PyTorch's own; for the benchmarks."""
import torch
import torch.nn as nn
import torch.nn.functional as F

PATCH, GRID, KEPT = 14, 37, (2, 5, 8, 11)
SIZES = {"dinov2-small": (384, 6), "dinov2-base": (768, 12)}


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.ls1, self.ls2 = nn.Parameter(torch.ones(width)), nn.Parameter(torch.ones(width))

    def forward(self, x):
        n, tokens, width = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(n, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        looked = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, tokens, width)
        x = x + self.ls1 * self.proj(looked)
        return x + self.ls2 * self.fc2(F.gelu(self.fc1(self.norm2(x))))


class VisionTransformer(nn.Module):
    """Maps of a few depths, [n, C, h, w]."""

    def __init__(self, name):
        super().__init__()
        width, heads = SIZES[name]
        self.width = width
        self.patches = nn.Conv2d(3, width, PATCH, PATCH)
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.positions = nn.Parameter(torch.randn(1, 1 + GRID**2, width) * 0.02)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(12))
        self.norm = nn.LayerNorm(width, eps=1e-6)

    def placed(self, h, w):
        if (h, w) == (GRID, GRID):
            return self.positions
        patches = self.positions[:, 1:].reshape(1, GRID, GRID, self.width).permute(0, 3, 1, 2)
        patches = F.interpolate(patches, mode="bicubic", scale_factor=((h + 0.1) / GRID, (w + 0.1) / GRID))
        return torch.cat([self.positions[:, :1], patches.flatten(2).transpose(1, 2)], 1)

    def forward(self, x):
        patches = self.patches(x)
        n, _, h, w = patches.shape
        x = torch.cat([self.token.expand(n, -1, -1), patches.flatten(2).transpose(1, 2)], 1) + self.placed(h, w)
        maps = []
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in KEPT:
                maps.append(self.norm(x)[:, 1:].transpose(1, 2).reshape(n, self.width, h, w))
        return maps
