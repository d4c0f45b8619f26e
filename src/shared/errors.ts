/**
 * Every error a user can meet: a stable code and one plain sentence with its remedy.
 * `{name}` is replaced by the parameter of that name, `{name|one|many}` by the words for one of it or for any other number.
 * Details belong in the log, not here.
 */
export const MESSAGES = {
  // Anything we did not foresee.
  UNEXPECTED: 'Something went wrong inside Espalier; the log has the details, so please report it.',
  INVALID_MESSAGE: 'A message between two parts of Espalier was malformed at {path}; please report this.',
  UNKNOWN_METHOD: 'Espalier was asked for "{method}", which it does not know; please report this.',
  METHOD_REFUSED: 'A window asked for "{method}", which is not for windows; please report this.',
  CANCELLED: 'Cancelled.',
  CHILD_EXITED: 'The {child} process ended ({reason}); it is started again when it is needed, so please repeat the last step.',
  LIBRARY_FAILING:
    'The library process ended {count} times in a row ({reason}), so the project in {folder} was closed; open it again, or restore a backup.',
  // Projects.
  FOLDER_MISSING: 'The folder {folder} does not exist; choose another one.',
  FOLDER_EMPTY: 'No images were found in {folder}; add JPEG, PNG, WebP, TIFF or BMP files and open it again.',
  FOLDER_UNUSABLE:
    'Of what looks like images in {folder} nothing can be used: {name}{count||, the first of {count},} was left out ({reason}).',
  FOLDER_NOT_SHOWN: 'The folder {folder} is gone, or neither the project nor one exported to; look for it with the file manager.',
  FOLDER_READ_ONLY: 'Espalier cannot write in {folder}; make the folder writable or copy it elsewhere.',
  PROJECT_LINK:
    '{path} is a link or leads through one, and Espalier writes and removes only inside its own folder; replace the link with a folder or remove it.',
  RUN_OUTSIDE:
    'The run {run} names {path}, which lies outside of this project and is not read; put a copy of the file into the project, or train a new run.',
  PROJECT_MISSING: '{folder} is not an Espalier project yet; create one there first.',
  PROJECT_IN_USE: 'This project is already open in another window or command; close it there first.',
  PROJECT_NEWER: 'This project was made by a newer Espalier (schema {found}, this one knows {known}); update Espalier to open it.',
  PROJECT_DAMAGED:
    'The project database in {folder} is damaged; restore a backup with "Restore a backup" in the window or "espalier restore" in the terminal.',
  PROJECT_LOST:
    'The project database in {folder} is missing or empty, but {count} {count|backup of it is|backups of it are} there; restore one with "Restore a backup" in the window or "espalier restore" in the terminal.',
  PROJECT_NOT_OPEN: 'No project is open; open a folder first.',
  PROJECT_MOVED: 'The project is no longer in {folder}: it was moved, renamed, deleted or replaced; show where it is now, or put it back.',
  PROJECT_OTHER: 'The folder {folder} holds another project than the one that is open; choose the folder it was moved to.',
  UNSAVED:
    '{count} {count|change is|changes are} not saved yet ({reason}); {count|it is|they are} kept here and tried again, or can be given up with "Discard unsaved changes".',
  BACKUP_UNKNOWN: 'There is no backup {name} of the project in {folder}; choose one of those that are listed.',
  BACKUP_DAMAGED: 'The backup {name} is damaged or of a newer Espalier, so nothing was changed; choose another one.',
  BACKUP_FAILED: 'The project could not be backed up ({reason}); it can be worked on, and the next opening tries again.',
  JOURNAL_FOREIGN:
    'A journal (project.db-wal) lay beside a database that it is not of, as after copying a backup by hand; it was put aside in {aside} and the database opened as it is.',
  // Files and disks.
  DISK_FULL: 'The disk is full: what was being written is not saved, everything before it is; free some space and try again.',
  DISK_ERROR: 'The disk reported an error ({where}); check it and its connection, then try again.',
  FILE_GONE: 'A file or folder is no longer there ({where}); put it back, or open the folder where it is now.',
  FILE_DENIED: 'Espalier may not read or write there ({where}); change the permissions and try again.',
  FILE_KIND: 'A folder is where a file should be, or a file where a folder should be ({where}); move it away and try again.',
  FILE_TOO_LARGE: 'There is more to be read at once than fits into memory ({where}); use a smaller file.',
  FILES_TOO_MANY: 'The system lets Espalier open no more files ({where}); close other programs and try again.',
  // Images.
  IMAGE_MISSING: 'The image {name} is no longer in the folder; put it back or remove it from the project.',
  IMAGE_UNREADABLE: 'The image {name} cannot be read ({reason}); replace the file and index again.',
  IMAGE_TOO_LARGE: 'The image {name} is {width} × {height} pixels, more than the {limit} megapixels allowed; split it into parts.',
  IMAGE_MEMORY: 'Reading the image {name} takes {needed} GB of memory, more than the {limit} GB allowed; split it into parts.',
  IMAGE_UNKNOWN: 'There is no image number {id} in this project.',
  // Labels and classes.
  PREVIEW_CLASSES: 'A preview needs labels of at least two classes; paint some pixels of another one.',
  CLASS_UNKNOWN: 'There is no class number {id}; add it to the class list first.',
  CLASS_LIMIT: 'A project can have at most 254 classes; merge or remove one first.',
  CLASS_NAME_TAKEN: 'A class named "{name}" exists already; choose another name.',
  CLASS_INVALID: 'A class needs a name of 1 to 100 characters and a colour such as #1a9c5b.',
  CLASS_SET_INVALID: 'The file is not a list of classes ({reason}); choose a JSON file, a labelmap.txt or a text with a name a line.',
  CLASS_LAST: 'A project needs at least one class; add another before removing this one.',
  LABELS_OUTDATED: 'The labels of this image were changed elsewhere; they have been loaded again, so please repeat the stroke.',
  LABELS_INVALID: 'The labels sent for this image do not fit it ({reason}); nothing was changed.',
  VERSION_UNKNOWN: 'The labels of {name} have no version {version} that can be restored; choose one of those that are listed.',
  LABELS_DAMAGED:
    'The labels of {name} cannot be read whole; "Check the project" in the window or "espalier fsck" in the terminal repairs what can be.',
  // What a check of a project finds.
  CHECK_DATABASE:
    'The database is damaged ({reason}); restore a backup with "Restore a backup" in the window or "espalier restore" in the terminal.',
  CHECK_INDEX: 'An index of the database does not agree with what it lists ({reason}); a repair makes the indexes anew.',
  CHECK_LABELS:
    'Of the labels of {name}, {lost} of {edits} {edits|edit or kept state|edits or kept states} cannot be read; a repair keeps all others, and undo begins anew.',
  CHECK_CLASSES: 'The labels of {name} are of classes that the project does not have ({ids}); a repair makes these pixels unlabelled.',
  CHECK_COUNTS: 'The pixels of {name} are not as many as was counted; a repair counts them anew.',
  CHECK_RUN: 'What run {run} learns from cannot be read ({reason}), so that it cannot be resumed; train again.',
  CHECK_CHECKPOINT: 'Run {run} has no checkpoint that can be read, so that it can neither predict nor be resumed; train again.',
  CHECK_SPARE: 'The checkpoint {file} of run {run} is damaged, and another one is there; a repair removes it.',
  CHECK_RUN_UNKNOWN:
    'The folder {folder} is of no run of this database, as after a backup was restored; keep it for that one, or remove it.',
  CHECK_PREDICTION: 'What run {run} predicted of {name} cannot be read; a repair forgets it, and Predict makes it again.',
  CHECK_IMAGES:
    '{count} {count|image is|images are} no longer there or {count|has|have} changed (one is {first}); put {count|it|them} back, or index again.',
  CHECK_COPY: 'The copy {file} is of an image that the project no longer has; a repair removes it.',
  CHECK_LEFTOVER: 'The file {file} was left by a write that did not end; a repair removes it.',
  CHECK_BACKUP: 'The backup {name} is damaged and cannot be restored; remove {file}.',
  CHECK_LEFT:
    '{count} {count|fault is|faults are} left in the project in {folder}; repair what can be with --repair, and do for the others as they say.',
  // Subsets.
  SUBSET_PATTERN: 'The pattern "{pattern}" is no regular expression ({reason}); mend it.',
  SUBSET_NO_LABELS: 'No image of the subset {subset} has labels; label some of it, or deal the images out anew.',
  SUBSETS_FEW:
    'There {groups|is|are} only {groups} {groups|image or group that stays|images or groups that stay} together for {subsets} subsets; add images, or keep less together.',
  // Import.
  IMPORT_FOLDER_EMPTY: 'Neither masks nor annotations were found in {folder}; choose the folder that holds them.',
  FORMAT_UNKNOWN: 'There is no format "{format}" for this; choose one of: {known}.',
  FORMAT_OPTION: 'The option "{name}" is none of this format, or cannot have this value; its options are: {names}.',
  IMPORT_SIZE: 'The mask {name} is {found} but its image is {expected}; export it again at the size of the image.',
  IMPORT_CLASS: 'The mask {name} uses class number {id}, which {where} does not have; add the class there or fix the mask.',
  IMPORT_UNREADABLE: 'The mask {name} cannot be read ({reason}); mend it or leave it out.',
  IMPORT_NO_MATCH: 'None of the masks in {folder} belongs to an image that is wanted ({first}); name masks like their images.',
  IMPORT_PARTLY:
    '{imported} of {total} {total|mask|masks} {imported|was imported and is|were imported and are} saved, then it stopped: {reason} Import again to take the others.',
  IMPORT_BINARY:
    'The masks in {folder} hold only 0 and 255, and 255 means unlabelled here; say which class is 255 (in the terminal --set white=CLASS, or --set white=none).',
  IMPORT_MAPPING:
    'Nothing says what the greys or colours in {folder} stand for; give a mapping such as 0=background, 255=cell (in the terminal --set mapping=…).',
  CLASS_LIST_INVALID: 'The class list {file} beside the masks cannot be used ({reason}); mend it or move it elsewhere.',
  // Files given on the command line.
  FILE_UNREADABLE: 'The file {file} cannot be read ({reason}).',
  IDS_UNKNOWN:
    '{count} {count|name|names} in {file} {count|is no readable image|are no readable images} of this project: {names}; check the list.',
  IDS_AMBIGUOUS:
    '{count} {count|name|names} in {file} may mean several images: {names}; give the path inside the folder, with its extension where needed.',
  USAGE: '{detail} Try --help.',
  SWEEP_OTHER: 'The sweep "{name}" was begun with other images; give those again, or choose another --name.',
  // Training.
  TRAIN_NO_LABELS: 'No image has labels yet; label at least one image, then train.',
  TRAIN_SUBSET:
    'All images with labels are in the subsets val and test, which runs do not learn from; label some of train, or deal them out anew.',
  TRAIN_ONE_CLASS: 'All labels are of one class; label some pixels of a second class, then train.',
  TRAIN_NO_UNLABELLED:
    'Every image is labelled, so there is nothing unlabelled to learn from; add images, or train on labels only (method sup).',
  TRAIN_BUSY: 'A run is in progress; stop it or wait until it ends.',
  TRAIN_NAN:
    'Training became unstable at step {step} (the loss or a weight is not a number); lower the learning rate. The last good checkpoint was kept.',
  TRAIN_MEMORY: 'Training ran out of memory at batch {batch}, crop {crop}; {advice}.',
  TRAIN_TOO_LARGE:
    'Training at batch {batch}, crop {crop} needs at least {needed} GB of memory, and this computer has {total} GB; {advice}.',
  NONE_READABLE:
    '{count|The only {which} image cannot|None of the {count} {which} images can} be read ({count||one is }{name}: {reason}); put the {count|file|files} right and index again.',
  NOTHING_UNLABELLED: 'Every image that can be read has labels, so there is none to suggest; add images to the folder and index again.',
  TRAIN_FROM: 'This run cannot begin from {run}: {reason}; choose another run, or begin from scratch.',
  TRAIN_HOLD_OUT: 'Only one image has labels, so none can be held out; label another one, or set holdOut to 0.',
  SETTING_INVALID: 'The setting {name} is not valid: {reason}.',
  SETTING_UNKNOWN: 'There is no setting named {name}.',
  RUN_UNKNOWN: 'There is no run {run} in this project.',
  RUN_FOREIGN:
    'Run {run} was made by another version of Espalier, with settings this one does not know; use that version for it, or train again.',
  RUN_NO_CHECKPOINT: 'Run {run} has no checkpoint yet; let it train at least one epoch.',
  RUN_FINISHED: 'Run {run} has finished, so there is nothing to resume; start a new run.',
  RUN_DISK_FULL: 'The disk is full, so the run has ended with its last checkpoint; free some space and resume it.',
  RUN_INTERRUPTED: 'Espalier was closed while the run was going on; resume it to go on from its last checkpoint.',
  PREDICTION_DISK_FULL: 'The disk is full, so the prediction has ended; free some space and predict again.',
  PREDICTION_STOPPED_EARLY: 'The prediction ended because the engine process ended ({reason}); predict again for the images that are left.',
  RUN_STOPPED_EARLY: 'The run was interrupted because the engine process ended ({reason}); resume it to go on from its last checkpoint.',
  WEIGHTS_MISSING:
    'The pretrained weights of {backbone} are not installed; download or import them with Weights in the Train view or "espalier weights".',
  WEIGHTS_NOT_SET_UP: 'The pretrained weights of {backbone}, which come with Espalier, are not there; run "npm run setup".',
  WEIGHTS_INVALID: 'The weights file {file} cannot be used ({reason}); choose the right file for {backbone}.',
  WEIGHTS_UNSUPPORTED:
    'The file {file} holds neither safetensors nor a PyTorch state dict; choose a .safetensors, .pth or .pt file of weights.',
  WEIGHTS_UNSAFE: 'The file {file} asks to run {what} and was not read; choose one that holds only a state dict.',
  WEIGHTS_IMPORT_ONLY: 'The weights of {backbone} cannot be downloaded from here; import them from a file.',
  WEIGHTS_EMBEDDED: 'The weights of {backbone} come with Espalier and can be neither replaced nor removed; choose another backbone.',
  WEIGHTS_BUSY: 'The weights of {backbone} are being downloaded or imported already; wait until that ends.',
  WEIGHTS_UNREACHABLE: 'The weights of {backbone} cannot be had from {host} now ({reason}); check the network, or import a file instead.',
  WEIGHTS_INTERRUPTED: 'The download of the weights of {backbone} broke off; download again to continue it, or import a file instead.',
  WEIGHTS_DAMAGED:
    'The weights downloaded for {backbone} do not have the published checksum and were thrown away; download again, or import a file instead.',
  CHECKPOINT_INVALID: 'The checkpoint of run {run} cannot be read ({reason}); train again.',
  ENGINE_UNAVAILABLE: 'TensorFlow could not be loaded ({reason}); run "npm run setup" and try again.',
  // Evaluation and export.
  TRUTH_MISSING:
    '{count} {count|image has|images have} no truth mask in {folder}: {names}; add masks named like the images, or leave these out of the list.',
  EXPORT_INSIDE: 'Masks written into {folder} would be taken for images of the project; choose a folder outside it.',
  TRUTH_EMPTY: 'The truth masks in {folder} hold no pixel of a class of this project; check their class numbers.',
  EXPORT_FOREIGN:
    'An export cannot take the place of what lies in {folder} ({found}); choose another folder, or move that elsewhere first.',
  MODEL_FOREIGN:
    'A model cannot take the place of what lies in {folder} ({found}); choose an empty folder, or the one of an earlier model.',
  MASK_NAME: 'The mask {name} cannot have its name in {folder} ({reason}); rename the image or choose another folder.',
  EXPORT_FOLDER: 'Espalier cannot write into {folder}; choose another folder.',
  REGION_NONE: 'There is no region of the prediction there; click one, or point at it and press the key.',
  PREDICTION_OUTDATED: 'Run {run} has predicted {name} again since it was shown; look at it again, and decide then.',
  DECISION_UNKNOWN: 'There is no review decision number {id} in this project.',
  EMBEDDING_MISSING: 'Run {run} kept nothing of {name} for snap to follow; press Predict in the Train view, or train again.',
  PREDICTION_MISSING: 'Run {run} has no prediction of {name}; press Predict in the Train view to predict what is missing.',
  PREDICTION_DAMAGED:
    'The prediction of {name} by run {run} is damaged and was set aside; press Predict in the Train view to make it anew.',
} as const;

export type ErrorCode = keyof typeof MESSAGES;
export type ErrorParams = Readonly<Record<string, string | number>>;

/** `{name|one|many}`, in either of which parameters may stand. */
const BY_NUMBER = /\{(\w+)\|((?:[^{}|]|\{\w+\})*)\|((?:[^{}|]|\{\w+\})*)\}/g;

/** The plain sentence of an error, parameters filled in. */
export function messageOf(code: ErrorCode, params: ErrorParams = {}): string {
  const words = MESSAGES[code].replace(BY_NUMBER, (_, name: string, one: string, many: string) => (params[name] === 1 ? one : many));
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

/** An error meant for the user. `cause` carries the technical detail to the log. */
export class EspalierError extends Error {
  override readonly name = 'EspalierError';
  constructor(
    readonly code: ErrorCode,
    readonly params: ErrorParams = {},
    options?: { readonly cause?: unknown },
  ) {
    super(messageOf(code, params), options);
  }
}

/** What the codes of Node and SQLite for faults of files and disks mean to the user. */
const SYSTEM: readonly { readonly codes: RegExp; readonly code: ErrorCode; readonly words: string }[] = [
  { codes: /^(ENOSPC|EDQUOT|SQLITE_FULL)$/, code: 'DISK_FULL', words: 'the disk is full' },
  { codes: /^(ENOENT|ENODEV|ENXIO|ESTALE|ENOTCONN|EHOSTDOWN|SQLITE_CANTOPEN.*)$/, code: 'FILE_GONE', words: 'it is not there' },
  { codes: /^(EACCES|EPERM|EROFS|SQLITE_READONLY.*|SQLITE_PERM)$/, code: 'FILE_DENIED', words: 'access to it is not permitted' },
  { codes: /^(EISDIR|ERR_FS_EISDIR)$/, code: 'FILE_KIND', words: 'it is a folder' },
  { codes: /^(ENOTDIR|EEXIST|ENOTEMPTY|ELOOP)$/, code: 'FILE_KIND', words: 'something else is in its place' },
  { codes: /^(ENAMETOOLONG)$/, code: 'FILE_KIND', words: 'its name is too long for this disk' },
  { codes: /^(EMFILE|ENFILE)$/, code: 'FILES_TOO_MANY', words: 'too many files are open' },
  {
    codes: /^(ERR_FS_FILE_TOO_LARGE|ERR_BUFFER_TOO_LARGE|ERR_STRING_TOO_LONG|ENOMEM|EFBIG|SQLITE_NOMEM|SQLITE_TOOBIG)$/,
    code: 'FILE_TOO_LARGE',
    words: 'it is too large',
  },
  { codes: /^(EIO|EUCLEAN|EBADMSG|ETIMEDOUT|SQLITE_IOERR.*)$/, code: 'DISK_ERROR', words: 'the disk reported an error' },
];

/** V8 has no codes for what does not fit into memory. */
const BEYOND_MEMORY = /allocation failed|^Invalid (typed array|array buffer|array|string) length/;

function systemFault(error: unknown): (typeof SYSTEM)[number] | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = error instanceof RangeError && BEYOND_MEMORY.test(error.message) ? 'ENOMEM' : 'code' in error ? String(error.code) : '';
  return SYSTEM.find(({ codes }) => codes.test(code));
}

/** True for system errors meaning that the disk (or quota) is full. */
export function isDiskFull(error: unknown): boolean {
  return systemFault(error)?.code === 'DISK_FULL';
}

/** True for system errors of one of these codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** True for system errors meaning that there is nothing of that name. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}

/** True for system errors meaning that writing is not permitted. */
export function isDenied(error: unknown): boolean {
  return hasCode(error, 'EACCES', 'EPERM', 'EROFS');
}

/** Why something failed, in words for the brackets of a sentence: never in Node's or SQLite's own where those mean a fault of file or disk. */
export function reasonOf(error: unknown): string {
  const fault = systemFault(error);
  if (fault) return fault.words;
  return error instanceof Error ? error.message.replace(/[.;]$/, '') : String(error);
}

/** Turns anything thrown into an EspalierError, keeping the original as its cause. */
export function toEspalierError(error: unknown): EspalierError {
  if (error instanceof EspalierError) return error;
  if (error instanceof Error && error.name === 'AbortError') return new EspalierError('CANCELLED', {}, { cause: error });
  const fault = systemFault(error);
  if (fault) return new EspalierError(fault.code, { where: placeOf(error) ?? fault.words }, { cause: error });
  const detail = error instanceof Error ? error.message : String(error);
  return new EspalierError('UNEXPECTED', { detail }, { cause: error });
}

function placeOf(error: unknown): string | null {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : null;
}
