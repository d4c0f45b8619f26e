/**
 * What is kept of TensorFlow's wheel (which holds all of Python's TensorFlow), and under which names.
 * Everything lies in `tensorflow/`; the CUDA libraries lie in `nvidia/` beside it, where TensorFlow looks for them.
 */

/** The headers that the addon's source needs, of tens of thousands in the wheel. */
const headers = /^tensorflow\/include\/(?:tensorflow\/c|tensorflow\/core\/platform|tensorflow\/tsl|tsl|xla)\/.*\.(?:h|inc)$/;
const licences = /^tensorflow\/(?:THIRD_PARTY_NOTICES\.txt|include\/LICENSE)$/;
const cudaLibraries = /^nvidia\/.*\/lib\/.*\.so[.0-9]*$/;
/** The assembler and the bitcode with which TensorFlow compiles kernels for the GPU at hand. */
const cudaCompiler = /^nvidia\/cuda_nvcc\/(?:bin|nvvm\/libdevice)\//;

/**
 * Path in the wheel → path it is kept under.
 * @type {Partial<Record<NodeJS.Platform, Record<string, string>>>}
 */
const libraries = {
  linux: {
    'tensorflow/libtensorflow_cc.so.2': 'tensorflow/libtensorflow_cc.so.2',
    'tensorflow/libtensorflow_framework.so.2': 'tensorflow/libtensorflow_framework.so.2',
  },
  darwin: {
    'tensorflow/libtensorflow_cc.2.dylib': 'tensorflow/libtensorflow_cc.2.dylib',
    'tensorflow/libtensorflow_framework.2.dylib': 'tensorflow/libtensorflow_framework.2.dylib',
  },
  win32: {
    // The C interface is in the library that Python's modules share.
    'tensorflow/python/_pywrap_tensorflow_common.dll': 'tensorflow/_pywrap_tensorflow_common.dll',
    'tensorflow/python/_pywrap_tensorflow_common.dll.if.lib': 'tensorflow/tensorflow.lib',
  },
};

/**
 * Names under which a linker looks for the libraries → the libraries, both in `tensorflow/`.
 * @type {Partial<Record<NodeJS.Platform, Record<string, string>>>}
 */
const linkerNames = {
  linux: { 'libtensorflow.so': 'libtensorflow_cc.so.2', 'libtensorflow_framework.so': 'libtensorflow_framework.so.2' },
  darwin: { 'libtensorflow.dylib': 'libtensorflow_cc.2.dylib', 'libtensorflow_framework.dylib': 'libtensorflow_framework.2.dylib' },
};

/**
 * @param {NodeJS.Platform} [system]
 * @returns {{ files: string[], links: Record<string, string> }} paths that must be there after unpacking; links to make in `tensorflow/`
 */
export function tensorflowLibraries(system = process.platform) {
  return { files: Object.values(libraries[system] ?? {}), links: linkerNames[system] ?? {} };
}

/**
 * @param {string} name path in a wheel of TensorFlow or of a CUDA library
 * @param {NodeJS.Platform} [system]
 * @returns {string | undefined} path to keep it under; undefined to leave it out
 */
export function pickTensorflowFile(name, system = process.platform) {
  const library = libraries[system]?.[name];
  if (library) return library;
  return [headers, licences, cudaLibraries, cudaCompiler].some((pattern) => pattern.test(name)) ? name : undefined;
}
