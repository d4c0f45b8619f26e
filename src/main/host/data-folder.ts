import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where Espalier keeps what belongs to the user and to no project: logs, recent projects, the sample. */
export function dataFolder(): string {
  if (process.env.ESPALIER_DATA) return process.env.ESPALIER_DATA;
  const home = homedir();
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', 'Espalier');
  if (process.platform === 'win32') return join(process.env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Espalier');
  return join(process.env.XDG_CONFIG_HOME ?? join(home, '.config'), 'Espalier');
}
