import { EspalierError } from '@shared/errors';
import { diffOf, IGNORE, runsOf, type LabelDiff } from '@shared/mask';
import type { Decision, LabelState, ParamsOf } from '@shared/protocol';
import { SOURCE_CODE } from '../labels/history';
import { classOf } from '../labels/classes';
import { packWords, unpackWords } from '../labels/words';
import { imageOf, type Project } from '../project';
import type { DecisionRow } from '../queries/decisions';
import { runOf } from '../runs/records';
import { spansOf } from './rejections';

/**
 * Takes a region of a prediction into the labels: an edit of source 'accepted' and its decision, in one transaction.
 * Undoing the edit undoes the decision.
 * @throws EspalierError LABELS_OUTDATED, LABELS_INVALID, CLASS_UNKNOWN, RUN_UNKNOWN
 */
export function accept(project: Project, { runId, imageId, revision, classId, diff }: ParamsOf<'review.accept'>): LabelState {
  const run = runOf(project, runId);
  for (const { after } of runsOf(diff)) {
    const fits = classId === null ? after !== IGNORE : after === classId;
    if (!fits) throw new EspalierError('LABELS_INVALID', { reason: 'the region is not of the accepted class' });
  }
  return project.labels.apply({ imageId, revision, tool: 'accept', source: 'accepted', diff }, (editSeq) => {
    const { region, pixels } = regionOf(diff);
    const now = new Date().toISOString();
    project.queries.decisions.add({ run: run.number, image: imageId, kind: 'accept', classId, region, pixels, now, editSeq });
  });
}

/** Bars a class from a region of an image in later runs. */
export function reject(project: Project, { runId, imageId, classId, region }: ParamsOf<'review.reject'>): Decision {
  const run = runOf(project, runId);
  const { width, height } = imageOf(project, imageId);
  classOf(project, classId);
  const pixels = checkRegion(region, width * height);
  const now = new Date().toISOString();
  const { decisions } = project.queries;
  const id = decisions.add({
    run: run.number,
    image: imageId,
    kind: 'reject',
    classId,
    region: packWords(region),
    pixels,
    now,
    editSeq: null,
  });
  return decisionOf(project, id);
}

/**
 * Takes a decision back. Of an acceptance, the pixels that are still as accepted become what they were before, as a new edit.
 * @throws EspalierError DECISION_UNKNOWN
 */
export function revoke(project: Project, id: number): Decision {
  const { decisions } = project.queries;
  const row = decisions.get(id);
  if (!row) throw new EspalierError('DECISION_UNKNOWN', { id });
  if (row.undone === 1) return decision(row);
  const diff = row.kind === 'accept' ? takenBack(project, row) : new Uint32Array(0);
  if (diff.length === 0) decisions.setUndone(id, true);
  else {
    const { revision } = project.labels.state(row.image_id);
    project.labels.apply({ imageId: row.image_id, revision, tool: 'revoke', source: 'human', diff }, (seq) =>
      decisions.revokedByEdit(id, seq),
    );
  }
  return decisionOf(project, id);
}

export function decision(row: DecisionRow): Decision {
  return {
    id: row.id,
    runId: row.run_id,
    imageId: row.image_id,
    kind: row.kind,
    classId: row.class_id,
    pixels: row.pixels,
    createdAt: row.created_at,
    undone: row.undone === 1,
  };
}

function decisionOf(project: Project, id: number): Decision {
  const row = project.queries.decisions.get(id);
  if (!row) throw new EspalierError('DECISION_UNKNOWN', { id });
  return decision(row);
}

/** What undoes an acceptance where nobody has painted since. After a class was merged or removed, only erasing is left. */
function takenBack(project: Project, row: DecisionRow): LabelDiff {
  const { labels, sources } = project.labels.pixels(row.image_id);
  const edit = row.edit_seq === null ? undefined : project.queries.labels.edit(row.image_id, row.edit_seq);
  const reachable = edit !== undefined && row.edit_seq! > project.queries.labels.get(row.image_id).barrier;
  const before = labels.slice();
  const restore = (start: number, length: number, value: number, after: number | null): void => {
    for (let i = start; i < start + length; i++) {
      if (sources[i] === SOURCE_CODE.accepted && (after === null || labels[i] === after)) labels[i] = value;
    }
  };
  if (reachable) for (const run of runsOf(unpackWords(edit.diff))) restore(run.start, run.length, run.before, run.after);
  else for (const { start, length } of spansOf(unpackWords(row.region))) restore(start, length, IGNORE, row.class_id);
  return diffOf(before, labels);
}

function regionOf(diff: LabelDiff): { region: Buffer; pixels: number } {
  const spans: number[] = [];
  let pixels = 0;
  for (const { start, length } of runsOf(diff)) {
    spans.push(start, length);
    pixels += length;
  }
  return { region: packWords(Uint32Array.from(spans)), pixels };
}

/** @returns the number of pixels */
function checkRegion(region: Uint32Array, size: number): number {
  let [end, pixels] = [0, 0];
  if (region.length === 0 || region.length % 2 !== 0)
    throw new EspalierError('LABELS_INVALID', { reason: 'the region is not made of pairs' });
  for (const { start, length } of spansOf(region)) {
    if (start < end || length === 0 || start + length > size)
      throw new EspalierError('LABELS_INVALID', { reason: 'the region lies outside the image' });
    end = start + length;
    pixels += length;
  }
  return pixels;
}
