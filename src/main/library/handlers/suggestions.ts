import type { Handlers } from '@shared/rpc';
import { imageFile } from '../images/file';
import { imageOf } from '../project/open-project';
import type { Open } from './project';

export function suggestionHandlers(project: Open): Handlers<'suggestions.inputs' | 'suggestions.keep' | 'preview.keep'> {
  return {
    'suggestions.inputs': async ({ labelled, unlabelled }) => {
      const open = project();
      const { rows } = open.reading;
      const [known, others] = await Promise.all([rows.some('labelled', labelled), rows.some('unlabelled', unlabelled)]);
      return { labelled: known.map((row) => imageFile(open, row)), unlabelled: others.map((row) => imageFile(open, row)) };
    },
    'preview.keep': ({ scores, first }) => {
      const { db, queries } = project();
      db.transaction(() => {
        if (first) queries.previewScores.clear();
        for (const each of scores) queries.previewScores.keep(each);
      })();
      return null;
    },
    'suggestions.keep': ({ images }) => {
      const { db, queries } = project();
      db.transaction(() => {
        queries.suggestions.clear();
        images.forEach((id, position) => queries.suggestions.add(imageOf(project(), id).id, position));
      })();
      return null;
    },
  };
}
