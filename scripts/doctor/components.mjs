import { dirname } from 'node:path';
import { messageOf } from '../setup/errors.mjs';
import { findElectron } from '../setup/electron.mjs';
import { findFused, fuses, LOCKED, unsetFuses } from '../setup/fuses.mjs';
import { chooseVariant, nvidiaGpus } from '../setup/gpu.mjs';
import { components } from '../setup/index.mjs';
import { runsAsRoot, sandboxRemedy } from '../setup/sandbox.mjs';
import { system, systemRemedy } from '../setup/system.mjs';

/** @typedef {import('./index.mjs').Check} Check */

/**
 * What set-up provides, looked at without changing anything.
 * @returns {Promise<Check[]>}
 */
export async function componentChecks() {
  const gpus = await nvidiaGpus();
  /** @type {Check[]} */
  const checks = [];
  for (const component of components({ variant: await chooseVariant() })) {
    checks.push(await checkOf(component));
  }
  const electron = findElectron();
  const electronCheck = checks.find((check) => check.name === 'Electron');
  if (electron && electronCheck && !electron.official) {
    electronCheck.state = 'note';
    electronCheck.detail += '; old, without the security fixes since';
    electronCheck.remedy = 'npm run setup -- --official-electron';
  }
  const fused = findFused(LOCKED);
  const fusesCheck = checks.find((check) => check.name === fuses.name);
  if (fused && fusesCheck) Object.assign(fusesCheck, await fusesOf(fused));
  const sandbox = electron ? sandboxRemedy(electron.executable) : undefined;
  if (sandbox) checks.push({ name: 'Electron sandbox', state: 'missing', detail: 'kept from starting by this system', remedy: sandbox });
  if (runsAsRoot())
    checks.push({
      name: 'Electron sandbox',
      state: 'note',
      detail: 'off: it cannot work as root',
      remedy: 'start Espalier as another user',
    });
  checks.push({
    name: 'NVIDIA GPU',
    state: 'ok',
    detail: gpus.length > 0 ? gpus.join('; ') : 'none; training runs on the CPU',
  });
  return checks;
}

/**
 * What the executable that shows the window says itself.
 * @param {string} fused
 * @returns {Promise<Pick<Check, 'state' | 'detail' | 'remedy'>>}
 */
async function fusesOf(fused) {
  const unset = await unsetFuses(fused);
  if (unset.length === 0) return { state: 'ok', detail: 'set, as the executable says' };
  return { state: 'missing', detail: `not set: ${unset.join(', ')}`, remedy: `delete ${dirname(fused)}, then npm run setup` };
}

/**
 * @param {import('../setup/index.mjs').Component} component
 * @returns {Promise<Check>}
 */
async function checkOf(component) {
  try {
    const { ok, detail } = component.status();
    if (ok) return { name: component.name, state: 'ok', detail };
    return { name: component.name, state: 'missing', detail, remedy: component === system ? await systemRemedy() : 'npm run setup' };
  } catch (error) {
    return { name: component.name, state: 'missing', detail: messageOf(error) };
  }
}
