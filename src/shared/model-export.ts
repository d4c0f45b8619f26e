import { z } from 'zod';

/** The formats that a model leaves in. */
export const MODEL_FORMATS = {
  onnx: 'ONNX (opset 17): onnxruntime, OpenVINO, TensorRT, browsers',
  'saved-model': 'TensorFlow SavedModel: TensorFlow in Python, C++ and Java',
  tfjs: 'TensorFlow.js graph model: browsers and Node',
} as const;
export const ModelFormat = z.enum(Object.keys(MODEL_FORMATS) as [keyof typeof MODEL_FORMATS]);
export type ModelFormat = keyof typeof MODEL_FORMATS;

/** What a model that leaves gives of an image. */
export const MODEL_OUTPUTS = {
  classes: 'The class number of each pixel, at the size of the image',
  probabilities: 'How probable each class is, at the size of the image',
  logits: 'What the network itself gives: a number for each class in each cell of some pixels, neither resized nor decided',
} as const;
export const ModelOutput = z.enum(Object.keys(MODEL_OUTPUTS) as [keyof typeof MODEL_OUTPUTS]);
export type ModelOutput = keyof typeof MODEL_OUTPUTS;
