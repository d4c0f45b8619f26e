import type { LabelState, ParamsOf, ResultOf } from '@shared/protocol';
import type { Peer } from '@shared/rpc';

/** Where labels are kept. Each promise is fulfilled only when the change is on disk. */
export interface LabelStore {
  read(imageId: number): Promise<ResultOf<'labels.read'>>;
  apply(change: ParamsOf<'labels.apply'>): Promise<LabelState>;
  undo(at: ParamsOf<'labels.undo'>): Promise<ResultOf<'labels.undo'>>;
  redo(at: ParamsOf<'labels.redo'>): Promise<ResultOf<'labels.redo'>>;
}

/** The library child, through any peer that reaches it. */
export function libraryStore(api: Pick<Peer, 'call'>): LabelStore {
  return {
    read: (imageId) => api.call('labels.read', { imageId }),
    apply: (change) => api.call('labels.apply', change),
    undo: (at) => api.call('labels.undo', at),
    redo: (at) => api.call('labels.redo', at),
  };
}
