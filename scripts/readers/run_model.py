"""Runs an exported model.onnx on images, as docs/models.md shows it, and prints what it gives as one line of JSON.

python run_model.py MODEL FILE…
"""
import json
import sys

import numpy as np
import onnx
import onnxruntime
from PIL import Image


def main(file, images):
    model = onnx.load(file)
    onnx.checker.check_model(model, full_check=True)
    [opset] = [each.version for each in model.opset_import]
    used = {name for node in model.graph.node for name in node.input}
    assert all(constant.name in used for constant in model.graph.initializer), "a constant is not used"
    options = onnxruntime.SessionOptions()
    # Its warnings are of constants that its own optimisation leaves over.
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(file, options)
    results = []
    for image in images:
        rgb = np.asarray(Image.open(image).convert("RGB"), np.float32)
        [given] = session.run(None, {"image": rgb[np.newaxis]})
        results.append({"shape": given.shape, "data": given.ravel().tolist()})
    described = json.loads(session.get_modelmeta().custom_metadata_map["espalier"])
    print(json.dumps({"opset": opset, "described": described, "given": results}))


main(sys.argv[1], sys.argv[2:])
