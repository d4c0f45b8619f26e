import { basename, join } from 'node:path';

/** The folder inside a project that holds everything Espalier writes there. */
const HOME = '.espalier';

/** Where everything of a project lives. `folder` is absolute, with symbolic links resolved. */
export interface Layout {
  readonly folder: string;
  readonly name: string;
  readonly home: string;
  readonly database: string;
  /** What the process that has the project open holds; its content means nothing. */
  readonly lock: string;
  readonly backups: string;
  readonly thumbnails: string;
  readonly tiles: string;
  /** Pictures that earlier versions kept, which nothing reads any more. */
  readonly formerPictures: string;
  readonly runs: string;
  readonly sweeps: string;
}

export function layoutOf(folder: string): Layout {
  const home = join(folder, HOME);
  return {
    folder,
    name: basename(folder) || folder,
    home,
    database: join(home, 'project.db'),
    lock: join(home, 'lock'),
    backups: join(home, 'backups'),
    thumbnails: join(home, 'thumbnails'),
    tiles: join(home, 'tiles'),
    formerPictures: join(home, 'display'),
    runs: join(home, 'runs'),
    sweeps: join(home, 'sweeps'),
  };
}
