import { resolve } from 'node:path';
import { encodeRle } from '@shared/mask';
import type { Handlers } from '@shared/rpc';
import { FEATURES_OF_RUN } from '@shared/run';
import { addClass, addClassSet, classOf, recolorClasses, reorderClasses, replaceClass, updateClass } from '../classes/classes';
import { imageFile } from '../images/file';
import { versionsOf } from '../labels/versions';
import { imageOf } from '../project/open-project';
import type { Open } from './project';

type ClassMethods =
  | 'classes.list'
  | 'classes.add'
  | 'classes.addSet'
  | 'classes.update'
  | 'classes.recolor'
  | 'classes.reorder'
  | 'classes.usage'
  | 'classes.counts'
  | 'classes.merge'
  | 'classes.remove';
type LabelMethods =
  'preview.inputs' | 'labels.read' | 'labels.apply' | 'labels.undo' | 'labels.redo' | 'labels.versions' | 'labels.restore';

export function classHandlers(project: Open): Handlers<ClassMethods> {
  return {
    'classes.list': () => project().queries.classes.list(),
    'classes.add': ({ name, color }) => addClass(project(), name, color),
    'classes.update': ({ id, ...change }) => updateClass(project(), id, change),
    'classes.recolor': ({ colors }) => recolorClasses(project(), colors),
    'classes.addSet': ({ set }) => addClassSet(project(), set),
    'classes.counts': () => project().reading.labels.counts(),
    'classes.reorder': ({ ids }) => reorderClasses(project(), ids),
    'classes.usage': ({ id }) => project().reading.labels.usage(classOf(project(), id).id),
    'classes.merge': ({ from, into }) => replaceClass(project(), from, into),
    'classes.remove': ({ id }) => replaceClass(project(), id, null),
  };
}

export function labelHandlers(project: Open): Handlers<LabelMethods> {
  return {
    'preview.inputs': async ({ imageId, most }) => {
      const open = project();
      const latest = await open.reading.labels.latest(most);
      return {
        classes: open.queries.classes.list().map(({ id }) => id),
        image: imageId === null ? null : imageFile(open, imageOf(open, imageId)),
        labelled: latest.map(({ revision, ...row }) => ({ ...imageFile(open, row), revision })),
        features: resolve(open.layout.runs, 'any', FEATURES_OF_RUN),
      };
    },
    'labels.read': ({ imageId }) => {
      const { width, height } = imageOf(project(), imageId);
      const { labels } = project();
      return { ...labels.state(imageId), width, height, rle: encodeRle(labels.read(imageId)) };
    },
    'labels.apply': (edit) => project().labels.apply(edit),
    'labels.versions': ({ imageId }) => versionsOf(project().queries.labels, imageOf(project(), imageId).id),
    'labels.restore': ({ imageId, revision, seq }) => project().labels.restore(imageId, revision, seq),
    'labels.undo': ({ imageId, revision }) => project().labels.undo(imageId, revision),
    'labels.redo': ({ imageId, revision }) => project().labels.redo(imageId, revision),
  };
}
