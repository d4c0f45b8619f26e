/**
 * Labels ten images of the sample by brush alone, wand, superpixels and snap, as a scripted annotator who knows the truth and has the
 * hand of `hand.ts`: `node bench/run.mjs annotate [--project FOLDER]`. Prints gestures, seconds and IoU, per image; specks are painted
 * whatever the tool, so the seconds for what is larger stand apart.
 * Snap needs the sample's project with a finished run, as `espalier demo` makes it; without one it is left out.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SAMPLE_RECIPE } from '../src/main/library/sample/recipe';
import { renderMicrograph, type Micrograph } from '../src/main/library/sample/render';
import { createLibrary } from '../src/main/library/library';
import { similarTo } from '../src/renderer/editor/pixels';
import { flood } from '../src/renderer/editor/raster/flood';
import { shrink } from '../src/renderer/editor/raster/morphology';
import type { Embedding } from '../src/renderer/editor/snap/embedding';
import { maskOfSpans, pixelCount, wholeImage, type Spans } from '../src/renderer/editor/spans';
import { indexRegions } from '../src/renderer/editor/superpixels/superpixels';
import { slic } from '../src/renderer/editor/superpixels/slic';
import { HeadlessEditor } from '../src/renderer/editor/testing/headless-editor';
import type { ToolId } from '../src/renderer/editor/tools/tool';
import { ROOT } from './app';
import { Hand, type Place } from './hand';

const { values: args } = parseArgs({ options: { project: { type: 'string' } } });
/** Images a run of `espalier demo` was not given the truth of. */
const IMAGES = Array.from({ length: 10 }, (_, i) => i + 10);
const { size, seed } = SAMPLE_RECIPE;
const [BACKGROUND, ...OBJECTS] = SAMPLE_RECIPE.classes.map((_, id) => id) as [number, ...number[]];
/** Pixels a careful hand errs by, and a hasty one. */
const [CAREFUL, HASTY] = [0.5, 1.5];
/** A thing labelled worse than this is taken back and painted. */
const GOOD_ENOUGH = 0.7;
/** Nobody aims a wand at a thing less deep than this, pixels: it is painted whatever the tool. */
const SPECK = 3;
const BRUSHES = [1, 2, 4, 6, 8, 12];
const STEP = 8;
const frame = { x0: 0, y0: 0, x1: size, y1: size };

/** Joined pixels of one class. */
interface Thing {
  readonly classId: number;
  readonly spans: Spans;
  readonly pixels: number;
  /** Its deepest pixel, and how deep that lies. */
  readonly middle: Place;
  readonly depth: number;
}

interface Scene {
  readonly editor: HeadlessEditor;
  readonly truth: Uint8Array;
  readonly hand: Hand;
  brushed: number;
}

const TOOLS = ['brush', 'wand', 'superpixel', 'snap'] as const satisfies readonly ToolId[];
type Way = (typeof TOOLS)[number];

function thingsOf(truth: Uint8Array): Thing[] {
  const image = { width: size, height: size };
  const seen = new Uint8Array(truth.length);
  const things: Thing[] = [];
  truth.forEach((classId, i) => {
    if (classId === BACKGROUND || seen[i] === 1) return;
    const spans = flood(image, i % size, Math.floor(i / size), (j) => truth[j] === classId);
    maskOfSpans(spans, frame).forEach((value, j) => (seen[j]! |= value));
    let [depth, inner] = [0.5, spans];
    for (let next = shrink(spans, image, 1); next.length > 0; next = shrink(spans, image, ++depth + 0.5)) inner = next;
    const at = Math.floor(inner.length / 6) * 3;
    const middle = { x: (inner[at + 1]! + inner[at + 2]!) / 2, y: inner[at]! + 0.5 };
    things.push({ classId, spans, pixels: pixelCount(spans), middle, depth });
  });
  return things;
}

/** The points in an order in which each is near the one before; a new path where none is. */
function pathsThrough(points: readonly Place[], reach: number): Place[][] {
  const left = [...points];
  const paths: Place[][] = [];
  while (left.length > 0) {
    const path = [left.pop()!];
    for (;;) {
      const end = path[path.length - 1]!;
      const next = left.reduce((best, each, i) => (distance(each, end) < distance(left[best]!, end) ? i : best), 0);
      if (left.length === 0 || distance(left[next]!, end) > reach) break;
      path.push(left.splice(next, 1)[0]!);
    }
    paths.push(path);
  }
  return paths;
}

const distance = (a: Place, b: Place): number => Math.hypot(a.x - b.x, a.y - b.y);

/** Follows the border from within, with the largest brush that is at home there, then dabs what is left inside. */
function brush({ editor, hand, truth }: Scene, thing: Thing): void {
  const diameter = BRUSHES.findLast((each) => each <= thing.depth) ?? 1;
  if (editor.options.brushSize !== diameter) hand.key();
  editor.options.brushSize = diameter;
  const image = { width: size, height: size };
  const rail = shrink(thing.spans, image, diameter / 2);
  const inside = maskOfSpans(rail.length > 0 ? rail : thing.spans, frame);
  const edge = (i: number): boolean => [i - 1, i + 1, i - size, i + size].some((j) => inside[j] !== 1);
  const follow = (points: readonly Place[], width: number): void => {
    for (const path of pathsThrough(points, 3)) {
      hand.press(path[0]!, width);
      hand.draw(path, width);
      editor.drag('brush', hand.aim(path, CAREFUL));
    }
  };
  follow(
    pixelsWhere((i) => inside[i] === 1 && edge(i)),
    3,
  );
  const { data } = editor.session.document;
  const open = (i: number): boolean => inside[i] === 1 && truth[i] === thing.classId && data[i] !== thing.classId;
  follow(
    pixelsWhere((i) => open(i)).filter((_, k) => k % Math.max(1, diameter) === 0),
    diameter,
  );
}

function pixelsWhere(holds: (index: number) => boolean): Place[] {
  return Array.from({ length: size * size }, (_, i) => i)
    .filter(holds)
    .map((i) => ({ x: (i % size) + 0.5, y: Math.floor(i / size) + 0.5 }));
}

/** Presses in the middle and drags until the tolerance fits best. */
function wand({ editor, hand, truth }: Scene, { classId, middle, spans }: Thing): void {
  const [x, y] = [Math.floor(middle.x), Math.floor(middle.y)];
  const quality = (tolerance: number): number => {
    const mask = maskOfSpans(flood(editor.pixels!, x, y, similarTo(editor.pixels!, y * size + x, tolerance)), frame);
    const [hits, wrong] = mask.reduce(([h, w], v, i) => (v === 0 ? [h, w] : truth[i] === classId ? [h + 1, w] : [h, w + 1]), [0, 0]);
    return hits / (Math.max(hits, pixelCount(spans)) + wrong);
  };
  const tolerances = Array.from({ length: 40 }, (_, i) => 2 + 2 * i);
  const best = tolerances.reduce((a, b) => (quality(b) > quality(a) ? b : a));
  hand.press(middle, 4);
  hand.adjust(tolerances.length);
  const { wandTolerance } = editor.options;
  const to = 3 * (best - wandTolerance);
  editor.drag('wand', [
    [x + 0.5, y + 0.5],
    [x + 0.5 + to, y + 0.5],
  ]);
}

/** Paints over the superpixels that lie in the thing for the most part. */
function superpixel({ editor, hand, truth }: Scene, { classId, spans }: Thing): void {
  const { regions } = editor.superpixels!;
  const [inside, all] = [new Map<number, Place[]>(), new Map<number, number>()];
  const mask = maskOfSpans(spans, frame);
  regions.forEach((region, i) => {
    all.set(region, (all.get(region) ?? 0) + 1);
    if (mask[i] === 1 && truth[i] === classId)
      inside.set(region, [...(inside.get(region) ?? []), { x: (i % size) + 0.5, y: Math.floor(i / size) + 0.5 }]);
  });
  const mostly = [...inside].filter(([region, places]) => places.length * 2 > all.get(region)!);
  for (const path of pathsThrough(
    mostly.map(([, places]) => places[places.length >> 1]!),
    STEP * 1.6,
  )) {
    hand.press(path[0]!, STEP / 2);
    hand.draw(path, STEP / 2);
    editor.drag(
      'superpixel',
      path.map(({ x, y }) => [x, y]),
    );
  }
}

/** Draws hastily along the middle with a brush as wide as the thing is deep, and lets go. */
function snap({ editor, hand }: Scene, { middle, depth, spans }: Thing): void {
  const diameter = Math.max(2, BRUSHES.findLast((each) => each <= depth * 1.3) ?? 2);
  if (editor.options.brushSize !== diameter) hand.key();
  Object.assign(editor.options, { brushSize: diameter, snapReach: 8 });
  const ends = endsOf(spans, middle).map(({ x, y }) => ({ x: middle.x + (x - middle.x) * 0.5, y: middle.y + (y - middle.y) * 0.5 }));
  const path = [ends[0]!, middle, ends[1]!];
  hand.press(path[0]!, depth);
  hand.draw(path, depth);
  editor.drag('snap', hand.aim(path, HASTY));
}

/** The pixel farthest from the middle, and the one farthest from that. */
function endsOf(spans: Spans, middle: Place): [Place, Place] {
  const mask = maskOfSpans(spans, frame);
  const places = pixelsWhere((i) => mask[i] === 1);
  const farthest = (from: Place): Place => places.reduce((a, b) => (distance(b, from) > distance(a, from) ? b : a));
  const one = farthest(middle);
  return [one, farthest(one)];
}

const WAYS: Readonly<Record<Way, (scene: Scene, thing: Thing) => void>> = { brush, wand, superpixel, snap };

/** Labels a thing; what comes out badly is undone and painted with the brush. */
function label(scene: Scene, thing: Thing, way: Way): void {
  const { editor, hand, truth } = scene;
  const { data } = editor.session.document;
  const before = data.slice();
  const first = hand.gestures;
  WAYS[way](scene, thing);
  if (way === 'brush') return;
  const mask = maskOfSpans(thing.spans, frame);
  let [hits, wrong] = [0, 0];
  data.forEach((value, i) => {
    if (value !== thing.classId) return;
    if (mask[i] === 1) hits++;
    else if (before[i] !== value && truth[i] !== value) wrong++;
  });
  if (hits / (thing.pixels + wrong) >= GOOD_ENOUGH) return;
  for (let step = first; step < hand.gestures; step++) {
    hand.key();
    if (!same(data, before)) editor.session.undo();
  }
  scene.brushed++;
  brush(scene, thing);
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

interface Result {
  readonly gestures: number;
  readonly seconds: number;
  /** Of the large things alone: seconds, and the share that came out badly and was painted after all. */
  readonly largeSeconds: number;
  readonly brushed: number;
  /** confusion[truth][label], pixels. */
  readonly confusion: readonly number[][];
}

async function annotate({ grey, truth }: Micrograph, way: Way, embedding: Embedding | null): Promise<Result> {
  const editor = await HeadlessEditor.open(size, size);
  editor.pixels = { width: size, height: size, data: Uint8ClampedArray.from({ length: grey.length * 4 }, (_, i) => grey[i >> 2]!) };
  editor.embedding = embedding;
  if (way === 'superpixel') {
    const { regions, count } = slic(editor.pixels, STEP);
    editor.superpixels = indexRegions(regions, size, size, count);
  }
  const scene: Scene = { editor, truth, hand: new Hand(), brushed: 0 };
  const whole = editor.session.begin('whole', new Uint8Array(256).fill(1))!;
  whole.write(wholeImage({ width: size, height: size }), BACKGROUND);
  whole.commit();
  scene.hand.key();
  // Large things first, so that the brush seldom changes.
  const things = thingsOf(truth).sort((a, b) => a.classId - b.classId || b.depth - a.depth);
  const work = (some: readonly Thing[], by: Way): void => {
    for (const classId of OBJECTS) {
      scene.hand.key();
      editor.setClass(classId);
      for (const thing of some) if (thing.classId === classId) label(scene, thing, by);
    }
  };
  const large = things.filter(({ depth }) => depth >= SPECK);
  work(large, way);
  const largeSeconds = scene.hand.seconds;
  work(
    things.filter(({ depth }) => depth < SPECK),
    'brush',
  );
  const confusion = SAMPLE_RECIPE.classes.map(() => SAMPLE_RECIPE.classes.map(() => 0));
  editor.session.document.data.forEach((value, i) => confusion[truth[i]!]![value]!++);
  const { gestures, seconds } = scene.hand;
  return { gestures, seconds, largeSeconds, brushed: scene.brushed / Math.max(large.length, 1), confusion };
}

function iou(results: readonly Result[], id: number): number {
  const sum = (cell: (confusion: readonly number[][]) => number): number => results.reduce((total, r) => total + cell(r.confusion), 0);
  const both = sum((c) => c[id]![id]!);
  const either = sum((c) => c[id]!.reduce((a, b) => a + b) + c.reduce((a, row) => a + row[id]!, 0)) - both;
  return both / either;
}

/** What the newest run of a project sees of each of the images; null without a project. */
async function embeddingsOf(folder: string | undefined): Promise<readonly Embedding[] | null> {
  if (folder === undefined) return null;
  const library = createLibrary(join(ROOT, 'src/main/library/reader/thread.mjs'));
  const context = { signal: new AbortController().signal, progress: () => undefined };
  await library['project.open']({ folder, create: null }, context);
  try {
    const [run] = (await library['runs.list'](null, context))
      .filter(({ predictedImages }) => predictedImages > 0)
      .sort((a, b) => b.number - a.number);
    const names = IMAGES.map((i) => `cells_${String(i + 1).padStart(4, '0')}`);
    const files = await library['images.named']({ names }, context);
    if (!run || files.some((found) => found.length !== 1)) throw new Error(`${folder} is not the sample with a finished run`);
    const embeddings: Embedding[] = [];
    for (const [file] of files) embeddings.push(await library['predictions.embedding']({ runId: run.id, imageId: file!.id }, context));
    return embeddings;
  } finally {
    await library['project.close'](null, context);
  }
}

const embeddings = await embeddingsOf(args.project);
if (!embeddings) process.stdout.write('Without --project there is no run for snap to follow; it is left out.\n');
const columns = ['', 'gestures', 'seconds', 'mIoU', ...SAMPLE_RECIPE.classes.map(({ name }) => name), 'large: s', 'by brush'];
const print = (cells: readonly string[]): void =>
  void process.stdout.write(`${cells.map((cell, i) => (i === 0 ? cell.padEnd(14) : cell.padStart(11))).join('')}\n`);
print(columns);
for (const way of TOOLS) {
  if (way === 'snap' && !embeddings) continue;
  const results: Result[] = [];
  for (const [k, index] of IMAGES.entries()) {
    results.push(await annotate(renderMicrograph(SAMPLE_RECIPE, seed, index, size), way, embeddings?.[k] ?? null));
  }
  const mean = (of: (result: Result) => number): number => results.reduce((sum, r) => sum + of(r), 0) / results.length;
  const ious = SAMPLE_RECIPE.classes.map((_, id) => iou(results, id));
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const average = ious.reduce((a, b) => a + b) / ious.length;
  print([
    way,
    mean((r) => r.gestures).toFixed(1),
    mean((r) => r.seconds).toFixed(1),
    ...[average, ...ious].map(percent),
    mean((r) => r.largeSeconds).toFixed(1),
    percent(mean((r) => r.brushed)),
  ]);
}
