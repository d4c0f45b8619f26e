"""The peer of the benchmark `head`: what espalier does with a frozen backbone and a head on its features, in PyTorch.
python torch_head.py --case features [--backbone efficientnet-lite0|dinov2-small|dinov2-base] [--variant eager|channels-last|compile|freeze|jit] [--threads 2] [--images 1] [--height 360 --width 480]
python torch_head.py --case fit|semi [--variant foreach|fused|compile] [--threads 2]
It says {"ready": true}, and for each line of standard input then times some calls and prints {"ms", "cpu_ms", "rss_mb"}, medians of one image or step.
"""
import argparse
import json
import math
import resource
import statistics
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch._inductor import config as inductor
from vit import VisionTransformer

parser = argparse.ArgumentParser()
parser.add_argument("--case", default="features")
parser.add_argument("--backbone", default="efficientnet-lite0")
parser.add_argument("--variant", default="channels-last")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--images", type=int, default=1)
parser.add_argument("--height", type=int, default=360)
parser.add_argument("--width", type=int, default=480)
parser.add_argument("--pixels", type=int, default=2048)
parser.add_argument("--classes", type=int, default=11)
parser.add_argument("--calls", type=int, default=5)
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(0)

COMPONENTS, HIDDEN, STEP_PIXELS, ROWS = 256, 128, 512, 20_000


class Conv(nn.Module):
    """A convolution with the batch normalisation folded into it, SAME padding as TensorFlow has it, ReLU6 or nothing."""

    def __init__(self, inputs, outputs, size, stride=1, groups=1, activation=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs // groups, size, size) / math.sqrt(inputs // groups * size * size))
        self.bias = nn.Parameter(torch.randn(outputs) * 0.1)
        self.size, self.stride, self.groups, self.activation = size, stride, groups, activation

    def forward(self, x):
        padding = self.size // 2
        if self.stride == 2:
            height, width = x.shape[-2:]
            down, across = (max((math.ceil(n / 2) - 1) * 2 + self.size - n, 0) for n in (height, width))
            if down % 2 or across % 2:
                x = F.pad(x, [across // 2, across - across // 2, down // 2, down - down // 2])
                padding = 0
            else:
                padding = (down // 2, across // 2)
        y = F.conv2d(x, self.weight, self.bias, self.stride, padding, 1, self.groups)
        return F.relu6(y) if self.activation else y


class Block(nn.Module):
    def __init__(self, inputs, outputs, size, stride, expansion):
        super().__init__()
        middle = inputs * expansion
        self.shortcut = stride == 1 and inputs == outputs
        expand = [] if expansion == 1 else [Conv(inputs, middle, 1)]
        self.layers = nn.Sequential(*expand, Conv(middle, middle, size, stride, middle), Conv(middle, outputs, 1, activation=False))

    def forward(self, x):
        y = self.layers(x)
        return x + y if self.shortcut else y


class EfficientNetLite(nn.Module):
    """The last map of each resolution."""

    STAGES = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320)]
    KEPT = (0, 1, 2, 4, 6)

    def __init__(self):
        super().__init__()
        self.stem = Conv(3, 32, 3, 2)
        stages, inputs = [], 32
        for count, size, stride, expansion, outputs in self.STAGES:
            blocks = [Block(inputs if i == 0 else outputs, outputs, size, stride if i == 0 else 1, expansion) for i in range(count)]
            stages.append(nn.Sequential(*blocks))
            inputs = outputs
        self.stages = nn.ModuleList(stages)

    def forward(self, x):
        x = self.stem(x)
        maps = []
        for i, stage in enumerate(self.stages):
            x = stage(x)
            if i in self.KEPT:
                maps.append(x)
        return maps


class Features(nn.Module):
    """Numbers of pixels: the maps of a backbone there, and the mean of the last one."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([127.0, 127.0, 127.0]).view(1, 3, 1, 1))
        self.backbone = EfficientNetLite() if options.backbone == "efficientnet-lite0" else VisionTransformer(options.backbone)

    def forward(self, image, places):
        """image [n, 3, H, W] floats, 0…255; places [n, 1, P, 2] in [-1, 1]; gives [n, P, ·]"""
        maps = self.backbone((image - self.mean) / 128)
        parts = [F.grid_sample(x, places, mode="bilinear", padding_mode="border", align_corners=False)[:, :, 0] for x in maps]
        parts.append(maps[-1].mean((2, 3))[:, :, None].expand(-1, -1, places.shape[2]))
        return torch.cat(parts, 1).transpose(1, 2).contiguous()


def features():
    count, height, width = options.images, options.height, options.width
    network = Features().eval().requires_grad_(False)
    # Pictures come as rows of bytes, as decoders give them; they are read as floats here, as espalier does.
    bytes_ = torch.randint(0, 256, (count, height, width, 3), dtype=torch.uint8)
    places = torch.rand(count, 1, options.pixels, 2) * 2 - 1
    channels_last = options.variant != "eager"
    if channels_last:
        network = network.to(memory_format=torch.channels_last)

    def example():
        image = bytes_.float().permute(0, 3, 1, 2)
        return image if channels_last else image.contiguous()

    run = network
    if options.variant == "compile":
        run = torch.compile(network)
    elif options.variant == "freeze":
        inductor.freezing = True
        run = torch.compile(network)
    elif options.variant == "jit":
        run = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(network, (example(), places))))

    def call():
        with torch.no_grad():
            return run(example(), places).numpy()

    return call, count


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(COMPONENTS, HIDDEN)
        self.classify = nn.Linear(HIDDEN, options.classes)

    def forward(self, x, dropout=0.0):
        hidden = F.relu(self.hidden(x))
        return self.classify(F.dropout(hidden, dropout) if dropout else hidden)


class ClassDraw:
    """Draws rows: a class in proportion to the root of its rows, then one of its rows."""

    def __init__(self, labels):
        self.rows = [torch.nonzero(labels == k)[:, 0] for k in range(options.classes)]
        self.shares = torch.tensor([math.sqrt(len(rows)) for rows in self.rows])

    def draw(self, count):
        counts = torch.bincount(torch.multinomial(self.shares, count, True), minlength=options.classes).tolist()
        return torch.cat([rows[torch.randint(len(rows), (n,))] for rows, n in zip(self.rows, counts) if n])


def head(semi):
    labels = torch.randint(0, options.classes, (ROWS,))
    table, unlabelled, beside = (torch.randn(ROWS, COMPONENTS) for _ in range(3))
    student, teacher = Head(), Head().requires_grad_(False)
    teacher.load_state_dict(student.state_dict())
    fused = options.variant in ("fused", "compile")
    optimiser = torch.optim.AdamW(student.parameters(), 2e-3, weight_decay=0.05, **({"fused": True} if fused else {"foreach": True}))
    draw = ClassDraw(labels)
    ours, theirs = list(student.parameters()), list(teacher.parameters())

    def losses(x, y):
        return F.cross_entropy(student(x + 0.1 * torch.randn_like(x), 0.3), y)

    def both(x, y, seen, other):
        with torch.no_grad():
            probability = (teacher(seen).softmax(1) + teacher(other).softmax(1)) / 2
            confidence, pseudo = probability.max(1)
            keep = (confidence >= 0.5).float()
        logits = student(torch.cat([x + 0.1 * torch.randn_like(x), seen + 0.3 * torch.randn_like(seen)]), 0.3)
        known, others = logits.split(len(x))
        return F.cross_entropy(known, y) + (F.cross_entropy(others, pseudo, reduction="none") * keep).mean()

    if options.variant == "compile":
        losses, both = torch.compile(losses), torch.compile(both)

    def step():
        rows = draw.draw(STEP_PIXELS)
        x, y = table[rows], labels[rows]
        if semi:
            free = draw.draw(STEP_PIXELS)
            loss = both(x, y, unlabelled[free], beside[free])
        else:
            loss = losses(x, y)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        with torch.no_grad():
            torch._foreach_mul_(theirs, 0.99)
            torch._foreach_add_(theirs, ours, alpha=0.01)
        return float(loss.detach())

    return step, 1


call, images = features() if options.case == "features" else head(options.case == "semi")
for _ in range(3):
    call()
print(json.dumps({"ready": True}), flush=True)
for _ in sys.stdin:
    times, begun = [], time.process_time()
    for _ in range(options.calls):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000 / images)
    cpu = (time.process_time() - begun) * 1000 / images / options.calls
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"ms": statistics.median(times), "cpu_ms": cpu, "rss_mb": memory}), flush=True)
