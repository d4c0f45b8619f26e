import { IGNORE } from '@shared/mask';

/** What painting may overwrite, beside locked classes, which nothing changes. */
export const PAINT_MODES = ['replace', 'preserve', 'unlabelled'] as const;
export type PaintMode = (typeof PAINT_MODES)[number];

/** rule[v] is 1 when a pixel of value v may be overwritten. */
export type WriteRule = Uint8Array;

export const ANY: WriteRule = new Uint8Array(256).fill(1);

/**
 * - replace: any class;
 * - preserve: no other class: painting takes unlabelled pixels, erasing takes `classId` only;
 * - unlabelled: painting takes unlabelled pixels only; erasing is not restricted.
 * @param value what is written: a class id, or 255 to erase
 */
export function writeRule(mode: PaintMode, value: number, classId: number, locked: ReadonlySet<number>): WriteRule {
  const erasing = value === IGNORE;
  const rule = new Uint8Array(256);
  if (locked.has(value)) return rule;
  if (mode === 'replace' || (erasing && mode === 'unlabelled')) rule.fill(1);
  else rule[erasing ? classId : IGNORE] = 1;
  for (const id of locked) rule[id] = 0;
  return rule;
}

/** For writing many classes at once: in mode replace over any class, otherwise over unlabelled pixels only. */
export function acceptRule(mode: PaintMode, locked: ReadonlySet<number>): WriteRule {
  const rule = new Uint8Array(256);
  if (mode === 'replace') rule.fill(1);
  else rule[IGNORE] = 1;
  for (const id of locked) rule[id] = 0;
  return rule;
}
