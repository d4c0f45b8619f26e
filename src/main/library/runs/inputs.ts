import { join } from 'node:path';
import type { z } from 'zod';
import { RUN_FILES, RunInputs } from '@shared/run';
import type { TrainSettings } from '@shared/settings';
import { writeOwnFile } from '../../media/own-files';
import { encodePng } from '../../media/png';
import type { OpenProject } from '../project/open-project';
import type { FoundImage } from '../queries/image-rows';
import { rejectedMap } from '../review/rejections';

/** What a run is to learn from; `rejected` are the ids of images with rejections. */
interface Frozen {
  readonly runId: string;
  readonly settings: TrainSettings;
  readonly labelled: readonly FoundImage[];
  readonly unlabelled: readonly FoundImage[];
  readonly rejected: ReadonlySet<number>;
  /** The run's folder. */
  readonly folder: string;
}

/** Images written at a time, between which others are answered. */
const SLICE = 1000;

/**
 * The text of a run's `inputs.json`, part by part, as `RunInputs` says it: there may be a million images. The files that it names are written
 * on the way.
 */
export async function* inputsText(
  project: OpenProject,
  { runId, settings, labelled, unlabelled, rejected, folder }: Frozen,
): AsyncGenerator<string> {
  const head = { version: 1, runId, classes: project.queries.classes.list(), settings };
  const { shape } = RunInputs;
  yield `${JSON.stringify(RunInputs.omit({ labelled: true, unlabelled: true }).parse(head)).slice(0, -1)},"labelled":[`;
  yield* listed(labelled, shape.labelled.element, async (image) => ({
    ...frozen(image),
    labels: await freeze(folder, RUN_FILES.labels, image, project.labels.read(image.id).slice()),
  }));
  yield '],"unlabelled":[';
  yield* listed(unlabelled, shape.unlabelled.element, async (image) => ({
    ...frozen(image),
    rejected: rejected.has(image.id) ? await freeze(folder, RUN_FILES.rejected, image, rejectedMap(project, image)) : null,
  }));
  yield ']}';
}

async function* listed<S extends z.ZodType>(
  images: readonly FoundImage[],
  schema: S,
  entry: (image: FoundImage) => Promise<z.input<S>>,
): AsyncGenerator<string> {
  for (let from = 0; from < images.length; from += SLICE) {
    const entries: string[] = [];
    for (const image of images.slice(from, from + SLICE)) entries.push(JSON.stringify(schema.parse(await entry(image))));
    yield (from > 0 ? ',' : '') + entries.join(',');
  }
}

/** An image by its path inside the project, which may be moved or copied. */
const frozen = ({ id, path, width, height }: FoundImage) => ({ id, path, width, height });

/** Writes a map of class ids into the run's folder. @returns its path there */
async function freeze(folder: string, inside: string, { id, width, height }: FoundImage, data: Uint8Array): Promise<string> {
  const file = `${inside}/${id}.png`;
  await writeOwnFile(join(folder, file), await encodePng({ kind: 'grey', width, height, data }));
  return file;
}
