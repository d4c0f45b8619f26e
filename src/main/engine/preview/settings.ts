import { settingsFrom } from '@shared/settings';

/** What a preview is made with: the head of `quick` on the backbone that Espalier comes with. */
export const PREVIEW_SETTINGS = settingsFrom('quick');
