import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { numbered, parseClassSet } from '@shared/class-set';
import { EspalierError, isMissing, toEspalierError } from '@shared/errors';
import type { ClassList } from './format';

/** The file that says what the numbers in masks mean. */
export const CLASSES = 'classes.json';

/**
 * The list that lies beside masks: `classes.json` in their folder or, as exports have it, in the one above. Null when there is none.
 * @throws EspalierError CLASS_LIST_INVALID
 */
export async function readClassList(folder: string): Promise<ClassList | null> {
  for (const file of [join(folder, CLASSES), join(dirname(folder), CLASSES)]) {
    try {
      return { file, classes: numbered(parseClassSet(await readFile(file, 'utf8'))) };
    } catch (error) {
      if (isMissing(error)) continue;
      const { params, message } = toEspalierError(error);
      throw new EspalierError('CLASS_LIST_INVALID', { file, reason: params.reason ?? message }, { cause: error });
    }
  }
  return null;
}
