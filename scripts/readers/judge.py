"""Reads an export with the reader of another tool and prints what it sees as one line of JSON:
{"names": [...], "images": {name: {"width", "height", "data": base64 of the class of each pixel, 255 = none}}}.

python judge.py READER FOLDER
"""
import base64
import contextlib
import io
import json
import os
import sys

import numpy as np

NONE = 255


def walk(folder, ending):
    for place, _, files in sorted(os.walk(folder)):
        for file in sorted(files):
            if file.endswith(ending):
                path = os.path.join(place, file)
                yield path, os.path.relpath(path, folder).replace(os.sep, "/")[: -len(ending)]


def coco(folder):
    """pycocotools: annToMask of every annotation."""
    from pycocotools.coco import COCO

    with contextlib.redirect_stdout(io.StringIO()):
        found = COCO(os.path.join(folder, "annotations", "instances_default.json"))
    categories = found.loadCats(found.getCatIds())
    index = {category["id"]: i for i, category in enumerate(categories)}
    images = {}
    for image in found.loadImgs(found.getImgIds()):
        seen = np.full((image["height"], image["width"]), NONE, np.uint8)
        for annotation in found.loadAnns(found.getAnnIds(imgIds=image["id"], iscrowd=None)):
            mask = found.annToMask(annotation)
            if "area" in annotation:
                assert mask.sum() == annotation["area"], "area"
                assert list(found_box(mask)) == list(annotation["bbox"]), "box"
            seen[mask == 1] = index[annotation["category_id"]]
        images[image["file_name"]] = seen
    return [category["name"] for category in categories], images


def found_box(mask):
    rows, columns = np.where(mask)
    return columns.min(), rows.min(), columns.max() - columns.min() + 1, rows.max() - rows.min() + 1


READERS = {"coco": coco}

if __name__ == "__main__":
    names, images = READERS[sys.argv[1]](sys.argv[2])
    encoded = {
        name: {"width": seen.shape[1], "height": seen.shape[0], "data": base64.b64encode(seen.astype(np.uint8).tobytes()).decode()}
        for name, seen in images.items()
    }
    print(json.dumps({"names": names, "images": encoded}))
