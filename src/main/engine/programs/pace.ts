import { type BackbonePace, PROBE_SIDE } from '@shared/backbone-pace';
import type { Backbone } from '@shared/settings';
import { runEagerly } from '../compile/eager';
import { type Session, sizeOf } from '../compile/program';
import { BACKBONE_DESCRIPTIONS } from '../model/backbones';
import { createPixelNetwork } from '../model/create';
import { featuresProgram } from './features';

/** Side of the image that a network is warmed up with, in what it asks multiples of. */
const WARM_UP = 2;

/**
 * Times a look at an image with a backbone. Its weights need not be there: numbers take as long whatever they are.
 * @param now seconds
 */
export function paceOf(backbone: Backbone, now = (): number => performance.now() / 1000): BackbonePace {
  const { normalisation, input, published } = BACKBONE_DESCRIPTIONS[backbone];
  const program = featuresProgram(createPixelNetwork(backbone, 1), normalisation);
  const session = runEagerly(program);
  try {
    for (const [name, spec] of Object.entries(program.state)) session.assign({ [name]: new Float32Array(sizeOf(spec)) });
    look(session, WARM_UP * input.multiple, input.atOnce);
    const began = now();
    look(session, PROBE_SIDE, input.atOnce);
    return { backbone, seconds: (now() - began) / input.atOnce, published };
  } finally {
    session.dispose();
  }
}

function look(session: Session, side: number, images: number): void {
  const shape = [images, side, side, 3];
  session.call('maps', { image: new Float32Array(sizeOf({ shape })) }, { image: shape });
}
