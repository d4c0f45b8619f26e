import { NEEDED_NAPI } from './setup/node.mjs';

/** @typedef {import('./setup/index.mjs').Runtime} Runtime */
/** @typedef {{ command: string, env: NodeJS.ProcessEnv }} NodeCommand */

/**
 * The Node that runs Espalier's child processes, and the command line.
 * @param {Pick<Runtime, 'childNode'>} runtime
 * @returns {NodeCommand}
 */
export function childNode(runtime) {
  return { command: runtime.childNode, env: { ELECTRON_RUN_AS_NODE: '1' } }; // An Electron is a Node then; a Node does not look at it.
}

/**
 * The Node that runs build and unit tests: the user's own where it can load the native packages, so that the tools
 * meet the Node they were made for.
 * @param {Runtime} runtime
 * @returns {NodeCommand}
 */
export function toolNode(runtime) {
  return Number(process.versions.napi) >= NEEDED_NAPI ? { command: process.execPath, env: {} } : childNode(runtime);
}

/**
 * What Espalier's main process and command line read from the environment.
 * @param {Pick<Runtime, 'cache' | 'childNode'>} runtime
 * @returns {NodeJS.ProcessEnv}
 */
export function appEnvironment(runtime) {
  return {
    ESPALIER_CACHE: runtime.cache,
    ESPALIER_NODE: runtime.childNode,
    TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? '2',
  };
}

/** The folder the user's command was given in; npm itself moves to the project's. */
export const userFolder = process.env.INIT_CWD ?? process.cwd();
