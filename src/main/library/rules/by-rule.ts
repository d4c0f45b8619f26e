import { EspalierError } from '@shared/errors';
import { diffOf, IGNORE } from '@shared/mask';
import { Pace } from '@shared/pace';
import type { ParamsOf, ProgressOf, ResultOf, ReviewRule } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import { refinedScore } from '@shared/review';
import { decodeConfidence, decodeSimilarity } from '@shared/run';
import { imageOf, runOf, type OpenProject } from '../project/open-project';
import type { RunRow } from '../queries/runs';
import { acceptRegion, revoke } from '../review/decide';
import { rejectedMap } from '../review/rejections';
import { readPrediction } from '../runs/prediction';

/** Images of a list found at a time. */
const PAGE = 1000;
/** Images that a try tells of. */
const MOST = 12;

/** What a rule takes of an image; `after` is the label map with it. */
interface Taken {
  readonly pixels: number;
  readonly prediction: number;
  readonly revision: number;
  readonly region: Uint32Array<ArrayBuffer>;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** What a rule would take; nothing is changed. @throws EspalierError RUN_UNKNOWN, IMAGE_UNKNOWN; AbortError */
export async function tryRule(
  project: OpenProject,
  rule: ReviewRule,
  { signal, progress }: CallContext<ProgressOf<'review.tryRule'>>,
): Promise<ResultOf<'review.tryRule'>> {
  const found: ResultOf<'review.tryRule'>['most'] = [];
  await forEachImage(project, rule, signal, async (image, run, at) => {
    const taken = await takenOf(project, run, image, rule);
    if (taken) found.push({ imageId: image, pixels: taken.pixels });
    progress(at());
  });
  found.sort((a, b) => b.pixels - a.pixels || a.imageId - b.imageId);
  return { images: found.length, pixels: found.reduce((sum, { pixels }) => sum + pixels, 0), most: found.slice(0, MOST) };
}

/** Accepts what a rule takes, image by image. @throws EspalierError RUN_UNKNOWN, IMAGE_UNKNOWN; AbortError */
export async function acceptByRule(
  project: OpenProject,
  rule: ReviewRule,
  { signal, progress }: CallContext<ProgressOf<'review.acceptByRule'>>,
): Promise<null> {
  const classId = rule.classIds.length === 1 ? rule.classIds[0]! : null;
  await forEachImage(project, rule, signal, async (imageId, run, at) => {
    const taken = await takenOf(project, run, imageId, rule);
    progress({ ...at(), taken: taken && { imageId, pixels: taken.pixels, decision: accept(project, run.id, imageId, classId, taken) } });
  });
  return null;
}

/** @returns the number of the decision */
function accept(project: OpenProject, runId: string, imageId: number, classId: number | null, taken: Taken): number {
  const { prediction, revision, region, before, after } = taken;
  return acceptRegion(project, { runId, imageId, prediction, revision, classId, region, diff: diffOf(before, after) }).decision;
}

/** Takes decisions back, the last one first. @throws EspalierError DECISION_UNKNOWN; AbortError */
export async function revokeAll(
  project: OpenProject,
  { ids }: ParamsOf<'review.revokeAll'>,
  { signal, progress }: CallContext<ProgressOf<'review.revokeAll'>>,
): Promise<null> {
  const pace = new Pace(ids.length);
  for (const [done, id] of [...ids].reverse().entries()) {
    signal.throwIfAborted();
    const row = project.queries.decisions.get(id);
    if (!row) throw new EspalierError('DECISION_UNKNOWN', { id });
    const { revision } = project.labels.state(row.image_id);
    revoke(project, { id, imageId: row.image_id, revision });
    progress(pace.at(done + 1));
    await new Promise(setImmediate);
  }
  return null;
}

async function forEachImage(
  project: OpenProject,
  { runId, imageIds, query }: ReviewRule,
  signal: AbortSignal,
  work: (imageId: number, run: RunRow, at: () => ReturnType<Pace['at']>) => Promise<void>,
): Promise<void> {
  const run = runOf(project, runId);
  const ids = imageIds ?? (await idsOf(project, query));
  const pace = new Pace(ids.length);
  for (const [done, id] of ids.entries()) {
    signal.throwIfAborted();
    await work(id, run, () => pace.at(done + 1));
    // Others are answered in between, and may say that it is enough.
    await new Promise(setImmediate);
  }
}

/** All images of a list as it is now: decisions may change it. */
async function idsOf(project: OpenProject, query: ReviewRule['query']): Promise<number[]> {
  const run = query.runId === null ? null : runOf(project, query.runId).number;
  const ids: number[] = [];
  for (let page = await project.reading.lists.list(query, run, 0, PAGE, null); page.rows.length > 0;) {
    ids.push(...page.rows.map(({ id }) => id));
    if (ids.length >= page.total) break;
    page = await project.reading.lists.list(query, run, ids.length, PAGE, page.last);
  }
  return ids;
}

/** Null where a rule takes nothing: also without a prediction, or one that cannot be used. */
async function takenOf(project: OpenProject, run: RunRow, imageId: number, { classIds, least, beta }: ReviewRule): Promise<Taken | null> {
  const image = imageOf(project, imageId);
  if (image.status !== 'ok' || project.queries.predictions.made(run.number, imageId) === undefined) return null;
  const planes = await readPrediction(project, run, image).catch((error: unknown) => {
    if (error instanceof EspalierError && (error.code === 'PREDICTION_MISSING' || error.code === 'PREDICTION_DAMAGED')) return null;
    throw error;
  });
  if (!planes) return null;
  const wanted = new Uint8Array(256);
  for (const id of classIds) wanted[id] = 1;
  // As the window reckons it: by stored bytes.
  const enough = Uint8Array.from({ length: 65536 }, (_, bytes) =>
    Number(refinedScore(decodeConfidence(bytes >> 8), decodeSimilarity(bytes & 255), beta) >= least),
  );
  const { revision } = project.labels.state(imageId);
  const before = project.labels.read(imageId).slice();
  const [after, rejected] = [before.slice(), rejectedMap(project, image)];
  const { classes, confidence, similarity } = planes;
  const region: number[] = [];
  let pixels = 0;
  for (let i = 0; i < classes.length; i++) {
    const id = classes[i]!;
    if (before[i] !== IGNORE || wanted[id] !== 1 || rejected[i] === id || enough[(confidence[i]! << 8) | similarity[i]!] !== 1) continue;
    after[i] = id;
    pixels++;
    if (region.length > 0 && region.at(-2)! + region.at(-1)! === i) region[region.length - 1]!++;
    else region.push(i, 1);
  }
  return pixels === 0 ? null : { pixels, prediction: planes.version, revision, region: Uint32Array.from(region), before, after };
}
