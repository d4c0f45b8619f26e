import { basename } from 'node:path';
import { EspalierError, type ErrorCode } from '@shared/errors';
import type { LeftOut } from '@shared/run-news';
import { problemOf } from '../../media/failure';

/** Hears of an image that cannot be read, once; what it returns is to be waited for, as of `OnProgress`. */
export type OnLeftOut = (leftOut: LeftOut) => unknown;

/** What goes on without the images that cannot be read, until it is told to stop. */
export interface Reading {
  readonly signal: AbortSignal;
  readonly onLeftOut: OnLeftOut;
}

/** Faults of one image's files, which say nothing about the next image. */
const OWN_FAULTS: readonly ErrorCode[] = ['IMAGE_UNREADABLE', 'IMAGE_TOO_LARGE', 'IMAGE_MISSING', 'FILE_UNREADABLE'];

/**
 * An image that an error says cannot be read.
 * @throws the error when it says anything else
 */
export function leftOutBy(error: unknown, stage: LeftOut['stage'], { id, path }: { readonly id: number; readonly path: string }): LeftOut {
  if (!(error instanceof EspalierError) || !OWN_FAULTS.includes(error.code)) throw error;
  return { stage, imageId: id, name: basename(path), reason: problemOf(error) };
}

/** That none of some images can be read. @param which of the run's images, as an adjective */
export function noneReadable(count: number, which: string, { name, reason }: LeftOut): EspalierError {
  return new EspalierError('NONE_READABLE', { count, which, name, reason });
}
