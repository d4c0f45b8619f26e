/**
 * A scripted annotator for `bench/loop`, who knows the truth and has the hand of `hand.ts`: outlines things and fills them, and says yes or no
 * to regions of a prediction. What is drawn is the truth itself: only time is reckoned, not the hand's errors.
 */
import { IGNORE } from '@shared/mask';
import { refinedScore } from '@shared/review';
import { decodeConfidence, decodeSimilarity } from '@shared/run';
import { flood } from '../src/renderer/editor/raster/flood';
import { openRegions, smallestRegion } from '../src/renderer/editor/raster/open-regions';
import { predictionRegion, type PredictionPlanes } from '../src/renderer/editor/raster/region';
import { pixelCount, type Spans } from '../src/renderer/editor/spans';
import type { Size } from '../src/renderer/editor/viewport';
import { Hand } from './hand';

/** A look at a region and the key that decides about it. */
const LOOK = 0.6;
/** A region is right when so much of it is. */
const RIGHT = 0.95;
const BY_CLASS = new Uint8Array(65536);

/** Truth of an image, class ids by pixel, 255: not known. */
export interface Truth extends Size {
  readonly data: Uint8Array;
}

export interface Judgement {
  readonly spans: Spans;
  readonly classId: number;
  readonly accepted: boolean;
}

export class Annotator {
  readonly #hand = new Hand();
  #looks = 0;
  #classId = -1;
  #until = 0;

  get seconds(): number {
    return this.#hand.seconds + this.#looks;
  }

  /** Works until so many seconds in all. */
  work(until: number): void {
    this.#until = until;
  }

  get tired(): boolean {
    return this.seconds >= this.#until;
  }

  /**
   * Paints the truth where `wanted` says as long as there is time: a stroke in the largest thing, mostly what lies behind; then the others,
   * the largest first; in the end the largest as the rest. @returns labels, 255 elsewhere
   */
  paint(truth: Truth, wanted: (index: number) => boolean): Uint8Array {
    const labels = new Uint8Array(truth.data.length).fill(IGNORE);
    const take = (spans: Spans): void => forEachPixel(spans, truth.width, (i) => (labels[i] = truth.data[i]!));
    const [rest, ...others] = thingsOf(truth, wanted);
    if (!rest) return labels;
    this.#stroke(rest, truth, labels);
    for (const spans of others) {
      if (this.tired) return labels;
      this.#outline(spans, truth);
      take(spans);
    }
    this.#hand.key();
    take(rest);
    return labels;
  }

  /** Decides about the regions of a prediction in the order of the window, as long as there is time. */
  judge(planes: PredictionPlanes, labels: Uint8Array, truth: Truth, beta: number): Judgement[] {
    const doubts = Float64Array.from(
      { length: 65536 },
      (_, bytes) => 1 - refinedScore(decodeConfidence(bytes >> 8), decodeSimilarity(bytes & 255), beta),
    );
    const judgements: Judgement[] = [];
    for (const { x, y } of openRegions({ planes, rejected: null }, labels, BY_CLASS, doubts, smallestRegion(planes))) {
      if (this.tired) break;
      this.#looks += LOOK;
      const spans = predictionRegion(planes, BY_CLASS, x, y);
      const classId = planes.classes[y * planes.width + x]!;
      let [right, known] = [0, 0];
      forEachPixel(spans, planes.width, (i) => {
        if (truth.data[i] === IGNORE) return;
        known++;
        if (truth.data[i] === classId) right++;
      });
      if (known > 0) judgements.push({ spans, classId, accepted: right >= RIGHT * known });
    }
    return judgements;
  }

  /** One stroke along the longest row of a thing, one pixel wide. */
  #stroke(spans: Spans, { data, width }: Truth, labels: Uint8Array): void {
    let longest = 0;
    for (let s = 0; s < spans.length; s += 3) {
      if (spans[s + 2]! - spans[s + 1]! > spans[longest + 2]! - spans[longest + 1]!) longest = s;
    }
    const [y, x0, x1] = [spans[longest]!, spans[longest + 1]!, spans[longest + 2]!];
    this.#choose(data[y * width + x0]!);
    this.#hand.press({ x: x0, y }, 5);
    this.#hand.draw([{ x: x1, y }], 5);
    for (let x = x0; x < x1; x++) labels[y * width + x] = data[y * width + x]!;
  }

  #choose(classId: number): void {
    if (classId !== this.#classId) this.#hand.key();
    this.#classId = classId;
  }

  /** Outlines a thing and fills it: once around in a tunnel of three pixels, then a press inside. */
  #outline(spans: Spans, { data, width }: Truth): void {
    const [y, x] = [spans[0]!, spans[1]!];
    this.#choose(data[y * width + x]!);
    const around = perimeterOf(spans, width);
    const depth = Math.max(1, (2 * pixelCount(spans)) / around);
    this.#hand.press({ x, y }, 3);
    this.#hand.draw(
      [
        { x: x + around / 2, y },
        { x, y },
      ],
      3,
    );
    this.#hand.press({ x, y: y + depth / 2 }, depth);
  }
}

/** Joined pixels of one class, the largest first; specks are left. */
function thingsOf(truth: Truth, wanted: (index: number) => boolean): Spans[] {
  const seen = new Uint8Array(truth.data.length);
  const things: Spans[] = [];
  truth.data.forEach((classId, i) => {
    if (classId === IGNORE || seen[i] === 1 || !wanted(i)) return;
    const spans = flood(truth, i % truth.width, Math.floor(i / truth.width), (j) => truth.data[j] === classId && wanted(j));
    forEachPixel(spans, truth.width, (j) => (seen[j] = 1));
    things.push(spans);
  });
  return things.filter((spans) => pixelCount(spans) >= 9).sort((a, b) => pixelCount(b) - pixelCount(a));
}

/** Pixels of a thing beside others. */
function perimeterOf(spans: Spans, width: number): number {
  const inside = new Set<number>();
  forEachPixel(spans, width, (i) => inside.add(i));
  let around = 0;
  for (const i of inside) if ([i - 1, i + 1, i - width, i + width].some((j) => !inside.has(j))) around++;
  return around;
}

export function forEachPixel(spans: Spans, width: number, use: (index: number) => unknown): void {
  for (let s = 0; s < spans.length; s += 3) {
    for (let x = spans[s + 1]!; x < spans[s + 2]!; x++) use(spans[s]! * width + x);
  }
}
