import type { LabelState, ParamsOf, ResultOf } from '@shared/protocol';
import type { Peer } from '@shared/rpc';

/** Where labels are kept. Each promise is fulfilled only when the change is on disk. */
export interface LabelBackend {
  read(imageId: number): Promise<ResultOf<'labels.read'>>;
  apply(change: ParamsOf<'labels.apply'>): Promise<LabelState>;
  undo(at: ParamsOf<'labels.undo'>): Promise<ResultOf<'labels.undo'>>;
  redo(at: ParamsOf<'labels.redo'>): Promise<ResultOf<'labels.redo'>>;
}

/** The library child, through any peer that reaches it. */
export function libraryBackend(api: Pick<Peer, 'call'>): LabelBackend {
  return {
    read: (imageId) => api.call('labels.read', { imageId }),
    apply: (change) => api.call('labels.apply', change),
    undo: (at) => api.call('labels.undo', at),
    redo: (at) => api.call('labels.redo', at),
  };
}
