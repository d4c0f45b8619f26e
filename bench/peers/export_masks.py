"""The peer of the benchmark `export`: the label maps of a project's database as indexed PNGs, with numpy and Pillow.
python export_masks.py DATABASE FOLDER
It prints {"wall", "cpu"}, seconds.
"""
import json
import os
import sqlite3
import sys
import time
import zlib

import numpy as np
from PIL import Image

database, folder = sys.argv[1:]
began, cpu = time.perf_counter(), time.process_time()
connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
colours = {number: colour for number, colour in connection.execute("SELECT id, color FROM class")}
palette = np.zeros((256, 3), np.uint8)
for number, colour in colours.items():
    palette[number] = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
palette[255] = [224, 224, 192]
rows = connection.execute(
    "SELECT stem, width, height, labels FROM image JOIN label ON label.image_id = image.id"
    " JOIN label_snapshot ON label_snapshot.image_id = image.id AND seq = cursor ORDER BY sort_name"
)
for stem, width, height, labels in rows:
    runs = np.frombuffer(zlib.decompress(labels, -15), np.uint32).reshape(-1, 2)
    mask = np.repeat(runs[:, 1].astype(np.uint8), runs[:, 0]).reshape(height, width)
    image = Image.fromarray(mask, "P")
    image.putpalette(palette.tobytes())
    image.save(os.path.join(folder, f"{stem}.png"))
print(json.dumps({"wall": time.perf_counter() - began, "cpu": time.process_time() - cpu}))
