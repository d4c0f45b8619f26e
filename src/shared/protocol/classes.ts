import { z } from 'zod';
import { ClassSet } from '../class-set';
import { LabelClass } from '../domain';
import { method, nothing, type MethodSpec } from './method';

/** The classes of the open project. */
export const classMethods = {
  'classes.list': method('library', nothing, z.array(LabelClass)),
  'classes.add': method('library', z.object({ name: z.string(), color: z.string().nullable() }), LabelClass),
  'classes.update': method(
    'library',
    z.object({ id: z.number().int(), name: z.string().optional(), color: z.string().optional() }),
    LabelClass,
  ),
  /** Gives several classes other colours, all or none. */
  'classes.recolor': method(
    'library',
    z.object({ colors: z.array(z.object({ id: z.number().int(), color: z.string() })).max(254) }),
    z.array(LabelClass),
  ),
  /** Adds the classes of a set whose names are new and gives the others its colours, all or none. */
  'classes.addSet': method('library', z.object({ set: ClassSet }), z.array(LabelClass)),
  /** Images and pixels labelled with each class; classes without any are left out. */
  'classes.counts': method('library', nothing, z.array(z.object({ id: z.number().int(), images: z.number().int(), pixels: z.number() }))),
  'classes.reorder': method('library', z.object({ ids: z.array(z.number().int()) }), z.array(LabelClass)),
  /** What removing or merging a class would touch. */
  'classes.usage': method('library', z.object({ id: z.number().int() }), z.object({ images: z.number().int(), pixels: z.number() })),
  'classes.merge': method('library', z.object({ from: z.number().int(), into: z.number().int() }), z.array(LabelClass)),
  /** Removes a class; its pixels become unlabelled. */
  'classes.remove': method('library', z.object({ id: z.number().int() }), z.array(LabelClass)),
} as const satisfies Record<string, MethodSpec>;
