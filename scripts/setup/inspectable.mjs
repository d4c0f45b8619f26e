import { join } from 'node:path';
import { findFused, INSPECTABLE, provideFused } from './fuses.mjs';
import { takeLock } from './lock.mjs';
import { cache } from './paths.mjs';

/**
 * For the journeys and the benchmarks that drive the window: sets ESPALIER_INSPECTABLE to an Electron that can be driven.
 * Users have none; it is made when it is wanted first.
 */
export default async function provideInspectable() {
  const release = await takeLock(join(cache, 'setup.lock'), () => process.stderr.write('Another set-up is at work; waiting for it.\n'));
  try {
    process.env.ESPALIER_INSPECTABLE = findFused(INSPECTABLE) ?? (await provideFused(INSPECTABLE));
  } finally {
    release();
  }
}
