import { MAX_CLASSES } from '@shared/mask';
import { z } from 'zod';
import { reading, writing, type Format } from '../base/format';
import { choiceOption, restOption, shapesOption, withoutOption } from '../base/options';
import { openInstances, recogniseInstances } from './read-instances';
import { beginInstances, ENTRIES } from './write-instances';

/** Shapes in one JSON file for all images, see https://cocodataset.org/#format-data. */
export const cocoInstances: Format = {
  id: 'coco',
  name: 'COCO instances',
  about: 'One JSON file with the outlines of all regions, as polygons along the edges of pixels or as run lengths.',
  holds: { classes: MAX_CLASSES, holes: true, parts: true, unlabelled: true },
  write: writing({
    options: z.object({
      shapes: shapesOption,
      each: choiceOption('An annotation is', 'What counts as one object.', {
        region: 'a connected region',
        class: 'all of a class in an image',
      }),
      without: withoutOption,
    }),
    entries: ENTRIES,
    begin: beginInstances,
  }),
  read: reading({ options: z.object({ rest: restOption }), recognise: recogniseInstances, open: openInstances }),
};
