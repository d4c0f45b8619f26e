import type { MethodOf } from '@shared/protocol';
import type { Handlers } from '@shared/rpc';
import { EspalierError } from '@shared/errors';
import { exportModel } from './deploy/export-model';
import { SharedBackbone } from './head/frozen-backbone';
import { installWeights } from './model/weights/install';
import { predictionHandlers } from './predict/handlers';
import { Preview } from './preview/preview';
import { PREVIEW_SETTINGS } from './preview/settings';
import { paceOf } from './programs/pace';
import { suggest } from './suggest/suggest';
import { train } from './train';
import { kernelThreads, loadTensorFlow, type TensorFlow, tensorFlowBackend } from './process/tensorflow';

/** What the engine answers. One piece of work at a time: TensorFlow calls block this process. */
export function createEngine(): Handlers<MethodOf<'engine'>> {
  const backbone = new SharedBackbone(PREVIEW_SETTINGS);
  const preview = new Preview(backbone);
  return {
    'engine.info': async () => {
      const tf = await tensorFlow();
      const { binding } = tensorFlowBackend(tf);
      return {
        tensorflow: binding.TF_Version,
        threads: kernelThreads(),
        gpu: binding.isUsingGpuDevice(),
        tensors: tf.memory().numTensors + binding.getNumOfTensors(),
        residentBytes: process.memoryUsage.rss(),
      };
    },
    'engine.paceOf': async ({ backbone }) => {
      await tensorFlow();
      return paceOf(backbone);
    },
    'engine.train': ({ folder }, context) => train(folder, ({ threads }) => tensorFlow(threads), context),
    'engine.installWeights': async (params) => {
      await installWeights(params);
      return null;
    },
    'engine.previewLacks': ({ classes, labelled }) => ({ lacking: preview.lacking(classes, labelled) }),
    'engine.preview': async ({ image, ...sources }, { signal }) => {
      await tensorFlow();
      return preview.show(sources, image, signal);
    },
    'engine.previewAll': async (request, context) => {
      await tensorFlow();
      return preview.showAll(request, context);
    },
    'engine.suggest': async (request, context) => {
      await tensorFlow();
      return { images: await suggest(request, backbone, context) };
    },
    'engine.exportModel': (request) => exportModel(request, ({ threads }) => tensorFlow(threads)),
    ...predictionHandlers(({ threads }) => tensorFlow(threads)),
  };
}

/** @throws EspalierError ENGINE_UNAVAILABLE */
async function tensorFlow(threads = 0): Promise<TensorFlow> {
  try {
    return await loadTensorFlow(threads);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause);
    throw new EspalierError('ENGINE_UNAVAILABLE', { reason }, { cause });
  }
}
