import { parentPort, workerData } from 'node:worker_threads';
import { BatchMaker, type Batch } from './batch';
import { errorReply, type WorkerStart, type WorkMessage, type WorkReply, type WorkRequest } from './protocol';

/** Entry of a worker thread that decodes and augments: answers each request with a batch. */
const port = parentPort;
if (!port) throw new Error('This file is the entry of a worker thread');

const { plan, cacheBytes } = workerData as WorkerStart;
const maker = new BatchMaker(plan, cacheBytes, (leftOut) => port.postMessage({ id: null, leftOut } satisfies WorkMessage));

port.on('message', async (request: WorkRequest) => {
  try {
    const reply = await answer(request);
    port.postMessage(reply, buffersOf(reply));
  } catch (error) {
    port.postMessage(errorReply(request.id, error));
  }
});

async function answer(request: WorkRequest): Promise<WorkReply> {
  const { id } = request;
  if (request.kind === 'step') return { id, kind: 'step', batch: await maker.step(request.step) };
  return { id, kind: 'views', views: await maker.views(request.round, request.index) };
}

/** The arrays of a reply, which move to the other thread instead of being copied. */
function buffersOf(reply: WorkReply): ArrayBuffer[] {
  if (reply.kind === 'error') return [];
  const arrays = reply.kind === 'views' ? [reply.views] : arraysOf(reply.batch);
  return arrays.map(({ buffer }) => buffer as ArrayBuffer);
}

function arraysOf({ labelled, unlabelled }: Batch): (Float32Array | Int32Array)[] {
  return [...Object.values(labelled), ...Object.values(unlabelled ?? {})];
}
