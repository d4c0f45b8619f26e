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


def with_datumaro(folder, name):
    """datumaro: masks, and polygons as it rasterises them, of every item; the names of items are those of images."""
    import datumaro as dm

    found = dm.Dataset.import_from(folder, name)
    labels = [label.name for label in found.categories()[dm.AnnotationType.label]]
    images = {}
    for item in found:
        shapes = [each.image.shape for each in item.annotations if each.type == dm.AnnotationType.mask]
        height, width = item.media_as(dm.Image).size if item.media else shapes[0]
        seen = np.full((height, width), NONE, np.uint8)
        for annotation in sorted(item.annotations, key=lambda each: getattr(each, "z_order", 0)):
            if annotation.type == dm.AnnotationType.mask:
                if annotation.label is not None:
                    seen[annotation.image.astype(bool)] = annotation.label
            elif annotation.type == dm.AnnotationType.polygon:
                mask = polygon_mask(annotation.points, height, width)
                if annotation.label is not None:
                    seen[mask.astype(bool)] = annotation.label
        images[item.id] = seen
    return labels, images


def polygon_mask(points, height, width):
    from pycocotools import mask

    return mask.decode(mask.frPyObjects([list(points)], height, width))[:, :, 0]


def yolo(folder):
    """OpenCV's fillPoly on whole pixels, as ultralytics (polygon2mask) and supervision (polygon_to_mask) fill outlines."""
    import cv2
    import yaml

    with open(os.path.join(folder, "data.yaml"), encoding="utf8") as file:
        names = yaml.safe_load(file)["names"]
    assert list(names) == list(range(len(names))), "numbers of classes"
    images = {}
    for path, name in walk(os.path.join(folder, "labels", "train"), ".txt"):
        width, height = size_of(folder, name)
        seen = np.full((height, width), NONE, np.uint8)
        with open(path) as file:
            for line in file:
                index, *shares = line.split()
                points = np.array(shares, np.float32).reshape(-1, 2) * np.array([width, height])
                assert len(points) >= 3, "corners"
                cv2.fillPoly(seen, [points.astype(np.int32)], int(index))
        images[name] = seen
    return list(names.values()), images


def size_of(folder, name):
    from PIL import Image

    with Image.open(os.path.join(folder, "images", "train", name + ".png")) as image:
        return image.size


def voc(folder):
    """Pillow and NumPy, as torchvision's VOCSegmentation reads a mask, for the names in ImageSets; names by the lines of labelmap.txt."""
    from PIL import Image

    with open(os.path.join(folder, "labelmap.txt"), encoding="utf8") as file:
        names = [line.rsplit(":", 3)[0] for line in file if line.strip() and not line.startswith("#")]
    images = {}
    with open(os.path.join(folder, "ImageSets", "Segmentation", "trainval.txt"), encoding="utf8") as file:
        for name in file.read().splitlines():
            with Image.open(os.path.join(folder, "SegmentationClass", name + ".png")) as mask:
                assert mask.mode == "P", mask.mode
                images[name] = np.array(mask)
    return names, images


def masks(folder):
    """Pillow and NumPy, for Espalier's own masks."""
    from PIL import Image

    with open(os.path.join(folder, "classes.json"), encoding="utf8") as file:
        names = [each["name"] for each in json.load(file)]
    images = {}
    for path, name in walk(os.path.join(folder, "masks"), ".png"):
        with Image.open(path) as mask:
            images[name] = np.array(mask)
    return names, images


def cityscapes(folder):
    """Pillow and NumPy, as torchvision's Cityscapes reads a target of type semantic, by city; names by their numbers."""
    from PIL import Image

    with open(os.path.join(folder, "classes.json"), encoding="utf8") as file:
        names = [each["name"] for each in json.load(file)]
    images = {}
    for path, name in walk(os.path.join(folder, "gtFine", "train"), "_gtFine_labelIds.png"):
        city, image = name.split("/")
        with Image.open(path) as mask:
            images[image if city == "default" else name] = np.array(mask)
    return names, images


def label_studio(folder):
    """label-studio-sdk: decode_rle of every brush."""
    from label_studio_sdk.converter import brush

    with open(os.path.join(folder, "tasks.json"), encoding="utf8") as file:
        tasks = json.load(file)
    results = [result for task in tasks for result in task["annotations"][0]["result"]]
    names = sorted({result["value"]["brushlabels"][0] for result in results})
    images = {}
    for task in tasks:
        result = task["annotations"][0]["result"]
        height, width = result[0]["original_height"], result[0]["original_width"]
        seen = np.full((height, width), NONE, np.uint8)
        for each in result:
            mask = brush.decode_rle(each["value"]["rle"]).reshape(height, width, 4)[:, :, 3]
            seen[mask > 0] = names.index(each["value"]["brushlabels"][0])
        images[task["data"]["image"]] = seen
    return names, images


def labelme(folder):
    """Pillow's polygon with its outline, as labelme (utils.shape_to_mask) fills polygons."""
    from PIL import Image, ImageDraw

    with open(os.path.join(folder, "labelme", "labels.txt"), encoding="utf8") as file:
        names = file.read().splitlines()
    images = {}
    for path, name in walk(os.path.join(folder, "labelme"), ".json"):
        with open(path, encoding="utf8") as file:
            found = json.load(file)
        seen = np.full((found["imageHeight"], found["imageWidth"]), NONE, np.uint8)
        for shape in found["shapes"]:
            assert shape["shape_type"] == "polygon" and len(shape["points"]) > 2
            mask = Image.fromarray(np.zeros(seen.shape, np.uint8))
            ImageDraw.Draw(mask).polygon(xy=[tuple(point) for point in shape["points"]], outline=1, fill=1)
            seen[np.array(mask, bool)] = names.index(shape["label"])
        images[name] = seen
    return names, images


DATUMARO = (
    "synthia_rand",
    "camvid",
   "coco", "coco_panoptic", "datumaro", "voc_segmentation", "cvat", "label_me", "cityscapes", "common_semantic_segmentation", "yolov8_segmentation")

READERS = {
    "coco": coco,
    "yolo": yolo,
    "voc": voc,
    "label-studio": label_studio,
    "labelme": labelme,
    "cityscapes": cityscapes,
    "masks": masks,
    **{f"datumaro:{name}": (lambda folder, name=name: with_datumaro(folder, name)) for name in DATUMARO},
}

if __name__ == "__main__":
    names, images = READERS[sys.argv[1]](sys.argv[2])
    encoded = {
        name: {"width": seen.shape[1], "height": seen.shape[0], "data": base64.b64encode(seen.astype(np.uint8).tobytes()).decode()}
        for name, seen in images.items()
    }
    print(json.dumps({"names": names, "images": encoded}))
