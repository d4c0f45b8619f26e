import { join } from 'node:path';
import { changeScore } from '@shared/comparison';
import { EspalierError } from '@shared/errors';
import type { Progress, ResultOf } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import { encodeConfidence, RUN_FILES } from '@shared/run';
import { namesInOwn } from '../../media/own-files';
import { ProgressMeter } from '../progress/meter';
import type { OpenProject } from '../project/open-project';
import type { UnmeasuredRow } from '../queries/comparisons';
import type { RunRow } from '../queries/runs';
import { readPrediction } from '../runs/prediction';
import { settingsOf } from '../runs/records';
import { cellsOf, changeBetween, contradictions } from './confusion';

/** Images found at a time. */
const SLICE = 200;

/** A run, and whose labels it learnt from. */
interface Compared {
  readonly run: RunRow;
  readonly learnt: ReadonlySet<number>;
  /** The confidence from which on it counts, as it is stored. */
  readonly sure: number;
}

type Planes = Awaited<ReturnType<typeof readPrediction>>;

/**
 * Measures predictions of a run against the labels as they are, and against those of another run, wherever that is not done yet. What is
 * measured is kept image by image: a call that is aborted loses nothing.
 */
export async function measure(
  project: OpenProject,
  row: RunRow,
  otherRow: RunRow | null,
  { signal, progress }: CallContext<Progress>,
): Promise<ResultOf<'comparisons.measure'>> {
  const { comparisons } = project.reading;
  const [run, other] = [await compared(project, row), otherRow && (await compared(project, otherRow))];
  const meter = new ProgressMeter(await comparisons.unmeasuredCount(row, otherRow), progress);
  let [measured, leftOut] = [0, 0];
  for (let after = 0; ;) {
    const images = await comparisons.unmeasured(row, otherRow, after, SLICE);
    for (const image of images) {
      signal.throwIfAborted();
      if (await measureImage(project, run, other, image)) measured++;
      else leftOut++;
      meter.advance();
    }
    if (images.length < SLICE) return { measured, leftOut };
    after = images.at(-1)!.id;
  }
}

async function compared(project: OpenProject, run: RunRow): Promise<Compared> {
  return { run, learnt: await learntBy(project, run, new Set()), sure: encodeConfidence(settingsOf(run)?.gamma ?? 1) };
}

/** Images whose labels a run has learnt from, or the run that it began from, and so on. */
async function learntBy(project: OpenProject, run: RunRow, learnt: Set<number>): Promise<Set<number>> {
  const names = await namesInOwn(join(project.layout.runs, run.id, RUN_FILES.labels));
  for (const name of names) learnt.add(Number.parseInt(name, 10));
  const from = settingsOf(run)?.from;
  const before = from ? project.queries.runs.get(from) : undefined;
  return before ? learntBy(project, before, learnt) : learnt;
}

/** @returns false when a prediction cannot be used */
async function measureImage(project: OpenProject, run: Compared, other: Compared | null, image: UnmeasuredRow): Promise<boolean> {
  const [wanted, otherWanted] = [image.labels + image.change > 0, image.otherLabels + image.change > 0];
  const planes = wanted ? await planesOf(project, run, image) : null;
  const others = other && otherWanted ? await planesOf(project, other, image) : null;
  project.db.transaction(() => {
    if (image.labels && planes) measureLabels(project, run, image.id, planes);
    if (other && image.otherLabels && others) measureLabels(project, other, image.id, others);
    if (other && image.change && planes && others) {
      const change = changeBetween(planes.classes, others.classes);
      project.queries.predictions.score(run.run.number, image.id, changeScore(other.run.id), change);
      project.queries.predictions.score(other.run.number, image.id, changeScore(run.run.id), change);
    }
  })();
  return (!wanted || planes !== null) && (!otherWanted || others !== null);
}

function measureLabels(project: OpenProject, { run, learnt, sure }: Compared, image: number, { classes, confidence }: Planes): void {
  const { comparisons, labels, predictions } = project.queries;
  const opposed = { ...project.labels.pixels(image), predicted: classes };
  const seen = learnt.has(image);
  comparisons.measured(run.number, image, labels.get(image).revision, seen, cellsOf(opposed));
  predictions.score(run.number, image, 'contradicted', contradictions(opposed, confidence, 0));
  // What a run learnt it does not judge.
  predictions.score(run.number, image, 'suspect', seen ? 0 : contradictions(opposed, confidence, sure));
}

async function planesOf(project: OpenProject, { run }: Compared, image: UnmeasuredRow): Promise<Planes | null> {
  try {
    return await readPrediction(project, run, image);
  } catch (error) {
    if (error instanceof EspalierError && (error.code === 'PREDICTION_MISSING' || error.code === 'PREDICTION_DAMAGED')) return null;
    throw error;
  }
}
