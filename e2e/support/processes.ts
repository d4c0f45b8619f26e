import { stateOf } from '../../src/main/host/process/testing';

export { childrenOf } from '../../src/main/host/process/testing';

export function isAlive(pid: number): boolean {
  return stateOf(pid) !== null;
}
