import { EspalierError } from '@shared/errors';
import { diffOf, IGNORE, runsOf, type LabelDiff } from '@shared/mask';
import type { LabelState, ParamsOf, ResultOf } from '@shared/protocol';
import { SOURCE_CODE } from '../labels/history';
import { classOf } from '../classes/classes';
import { packWords, unpackWords } from '../labels/words';
import { imageOf, runOf, type OpenProject } from '../project/open-project';
import type { DecisionRow } from '../queries/decisions';
import type { ImageRow } from '../queries/images';
import type { RunRow } from '../queries/runs';
import { spansOf, type Region } from './regions';

/**
 * Takes a region of a prediction into the labels: an edit of source 'accepted' and its decision, in one transaction.
 * Undoing the edit undoes the decision.
 * @throws EspalierError PREDICTION_OUTDATED, LABELS_OUTDATED, LABELS_INVALID, CLASS_UNKNOWN, RUN_UNKNOWN
 */
export function accept(project: OpenProject, params: ParamsOf<'review.accept'>): LabelState {
  return acceptRegion(project, params).state;
}

/** As `accept`, with the number of the decision. */
export function acceptRegion(
  project: OpenProject,
  { classId, region, diff, ...seen }: ParamsOf<'review.accept'>,
): { state: LabelState; decision: number } {
  const { run, image } = stillAsSeen(project, seen);
  checkRegion(region, image);
  let pixels = 0;
  for (const { length, after } of runsOf(diff)) {
    const fits = classId === null ? after !== IGNORE : after === classId;
    if (!fits) throw new EspalierError('LABELS_INVALID', { reason: 'the region is not of the accepted class' });
    pixels += length;
  }
  const { id: imageId } = image;
  let decision = 0;
  const state = project.labels.apply({ imageId, revision: seen.revision, tool: 'accept', source: 'accepted', diff }, (editSeq) => {
    const now = new Date().toISOString();
    decision = project.queries.decisions.add({
      run: run.number,
      image: imageId,
      kind: 'accept',
      classId,
      region: packWords(region),
      pixels,
      now,
      editSeq,
    });
  });
  return { state, decision };
}

/**
 * Bars classes from regions of an image in later runs. What had been accepted there as the class barred is no label any more.
 * One edit for all, empty when no label is concerned: undoing it undoes the decisions.
 * @throws EspalierError PREDICTION_OUTDATED, LABELS_OUTDATED, LABELS_INVALID, CLASS_UNKNOWN, RUN_UNKNOWN
 */
export function reject(project: OpenProject, { regions, ...seen }: ParamsOf<'review.reject'>): ResultOf<'review.reject'> {
  const { run, image } = stillAsSeen(project, seen);
  const { labels, sources } = project.labels.pixels(image.id);
  const after = labels.slice();
  const decided = regions.map(({ classId, region }) => {
    classOf(project, classId);
    const pixels = checkRegion(region, image);
    for (const { start, length } of spansOf(region)) {
      for (let i = start; i < start + length; i++) {
        if (labels[i] === classId && sources[i] === SOURCE_CODE.accepted) after[i] = IGNORE;
      }
    }
    return { classId, region: packWords(region), pixels };
  });
  const diff = diffOf(labels, after);
  const now = new Date().toISOString();
  const state = project.labels.apply({ imageId: image.id, revision: seen.revision, tool: 'reject', source: 'human', diff }, (editSeq) => {
    for (const each of decided) project.queries.decisions.add({ ...each, run: run.number, image: image.id, kind: 'reject', now, editSeq });
  });
  return { ...state, diff };
}

/**
 * Takes a decision back, as a new edit: the pixels that are still as it left them become what they were before.
 * @throws EspalierError DECISION_UNKNOWN, LABELS_OUTDATED
 */
export function revoke(project: OpenProject, { id, imageId, revision }: ParamsOf<'review.revoke'>): ResultOf<'review.revoke'> {
  const { decisions } = project.queries;
  const row = decisions.get(id);
  if (row?.image_id !== imageId) throw new EspalierError('DECISION_UNKNOWN', { id });
  if (row.undone === 1) return { ...project.labels.state(imageId), diff: new Uint32Array(0) };
  const diff = takenBack(project, row);
  // What a rejection took from the labels had been accepted, and is again.
  const source = row.kind === 'accept' ? 'human' : 'accepted';
  const state = project.labels.apply({ imageId, revision, tool: 'revoke', source, diff }, (seq) => decisions.revokedByEdit(id, seq));
  return { ...state, diff };
}

/** The run and the image of a decision, when the prediction is still the one it was made on. */
function stillAsSeen(
  project: OpenProject,
  { runId, imageId, prediction }: Pick<ParamsOf<'review.accept'>, 'runId' | 'imageId' | 'prediction'>,
): { run: RunRow; image: ImageRow } {
  const [run, image] = [runOf(project, runId), imageOf(project, imageId)];
  if (project.queries.predictions.made(run.number, imageId) !== prediction)
    throw new EspalierError('PREDICTION_OUTDATED', { run: run.number, name: image.path });
  return { run, image };
}

/** What undoes a decision where nobody has painted since. After a class was merged or removed, an acceptance can only be erased. */
function takenBack(project: OpenProject, row: DecisionRow): LabelDiff {
  const { labels, sources } = project.labels.pixels(row.image_id);
  const edit = row.edit_seq === null ? undefined : project.queries.labels.edit(row.image_id, row.edit_seq);
  const reachable = edit !== undefined && row.edit_seq! > project.queries.labels.get(row.image_id).barrier;
  const before = labels.slice();
  const region = unpackWords(row.region, labels.length);
  const own = new Uint8Array(labels.length);
  for (const { start, length } of spansOf(region)) own.fill(1, start, start + length);
  const restore = (start: number, length: number, value: number, after: number | null): void => {
    for (let i = start; i < start + length; i++) {
      const untouched = row.kind === 'reject' || sources[i] === SOURCE_CODE.accepted;
      if (own[i] === 1 && untouched && (after === null || labels[i] === after)) labels[i] = value;
    }
  };
  if (reachable) for (const run of runsOf(unpackWords(edit.diff, labels.length))) restore(run.start, run.length, run.before, run.after);
  else if (row.kind === 'accept') for (const { start, length } of spansOf(region)) restore(start, length, IGNORE, row.class_id);
  return diffOf(before, labels);
}

/** @returns the number of pixels */
function checkRegion(region: Region, { width, height }: ImageRow): number {
  let [end, pixels] = [0, 0];
  if (region.length === 0 || region.length % 2 !== 0)
    throw new EspalierError('LABELS_INVALID', { reason: 'the region is not made of pairs' });
  for (const { start, length } of spansOf(region)) {
    if (start < end || length === 0 || start + length > width * height)
      throw new EspalierError('LABELS_INVALID', { reason: 'the region lies outside the image' });
    end = start + length;
    pixels += length;
  }
  return pixels;
}
