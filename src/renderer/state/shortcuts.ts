/**
 * Every command of the window, once: used for keys, tooltips, the list of keys and the palette.
 * A command may belong to some views only; a key means one thing in all views, unless its user gives it to commands that share none.
 */
export const VIEWS = ['label', 'train', 'review', 'export'] as const;
export type View = (typeof VIEWS)[number];

export interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  readonly keys: readonly string[];
  readonly views: readonly View[];
  /** Runs again while the key is held. */
  readonly repeat?: true;
  /** Also runs while a text field has the focus. */
  readonly inText?: true;
}

const EDITOR = ['label', 'review'] as const;

const tool = <const I extends string>(id: I, label: string, ...keys: string[]) =>
  ({ id, label, group: 'Tools', keys, views: EDITOR }) as const;

const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

export const COMMANDS = [
  tool('tool.select', 'Select and pan', 'V'),
  tool('tool.brush', 'Brush', 'B'),
  tool('tool.eraser', 'Eraser', 'E'),
  tool('tool.polygon', 'Polygon', 'P'),
  tool('tool.rectangle', 'Rectangle', 'R'),
  tool('tool.ellipse', 'Ellipse', 'O'),
  tool('tool.fill', 'Fill', 'G'),
  tool('tool.wand', 'Magic wand', 'W'),
  tool('tool.superpixel', 'Superpixels', 'S'),
  tool('tool.snap', 'Snap a stroke to what the model sees', 'K'),
  tool('tool.region', 'Refine region', 'Q'),
  tool('tool.lasso', 'Prediction under a lasso', 'L'),
  tool('tool.pick', 'Pick class from image', 'I'),
  { id: 'brush.smaller', label: 'Smaller brush', group: 'Tools', keys: ['['], views: EDITOR, repeat: true },
  { id: 'brush.larger', label: 'Larger brush', group: 'Tools', keys: [']'], views: EDITOR, repeat: true },
  { id: 'class.swap', label: 'Previous class', group: 'Classes', keys: ['X'], views: EDITOR },
  { id: 'class.find', label: 'Find a class by name', group: 'Classes', keys: ['/'], views: ['label'] },
  { id: 'class.hide', label: 'Hide the chosen class, or not', group: 'Classes', keys: ['H'], views: EDITOR },
  { id: 'class.lock', label: 'Lock the chosen class, or not', group: 'Classes', keys: ['Shift+L'], views: EDITOR },
  { id: 'labels.whole', label: 'Whole image is this class', group: 'Edit', keys: ['Shift+W'], views: EDITOR },
  { id: 'labels.history', label: 'Versions of the labels…', group: 'Edit', keys: [], views: EDITOR },
  { id: 'labels.copyPrevious', label: 'Copy labels from the image shown before', group: 'Edit', keys: ['Shift+C'], views: EDITOR },
  ...digits.map((n) => ({ id: `class.${n}` as const, label: `Class ${n}`, group: 'Classes', keys: [String(n)], views: EDITOR })),
  { id: 'edit.undo', label: 'Undo', group: 'Edit', keys: ['Ctrl+Z'], views: EDITOR, repeat: true },
  { id: 'edit.redo', label: 'Redo', group: 'Edit', keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], views: EDITOR, repeat: true },
  { id: 'edit.commit', label: 'Finish shape', group: 'Edit', keys: ['Enter'], views: EDITOR },
  { id: 'edit.cancel', label: 'Cancel shape', group: 'Edit', keys: ['Escape'], views: EDITOR },
  { id: 'view.fit', label: 'Fit image', group: 'View', keys: ['F'], views: EDITOR },
  { id: 'view.actual', label: 'Zoom to 100 %', group: 'View', keys: ['0'], views: EDITOR },
  { id: 'view.zoomIn', label: 'Zoom in', group: 'View', keys: ['+', '='], views: EDITOR, repeat: true },
  { id: 'view.zoomOut', label: 'Zoom out', group: 'View', keys: ['-'], views: EDITOR, repeat: true },
  { id: 'view.left', label: 'Look further left', group: 'View', keys: ['ArrowLeft'], views: EDITOR, repeat: true },
  { id: 'view.right', label: 'Look further right', group: 'View', keys: ['ArrowRight'], views: EDITOR, repeat: true },
  { id: 'view.up', label: 'Look further up', group: 'View', keys: ['ArrowUp'], views: EDITOR, repeat: true },
  { id: 'view.down', label: 'Look further down', group: 'View', keys: ['ArrowDown'], views: EDITOR, repeat: true },
  { id: 'overlay.fainter', label: 'Fainter overlay', group: 'View', keys: [','], views: EDITOR, repeat: true },
  { id: 'overlay.stronger', label: 'Stronger overlay', group: 'View', keys: ['.'], views: EDITOR, repeat: true },
  { id: 'overlay.outline', label: 'Outlines, or not', group: 'View', keys: ['Shift+O'], views: EDITOR },
  { id: 'overlay.onlyClass', label: 'Only the chosen class, or all', group: 'View', keys: ['Shift+T'], views: EDITOR },
  { id: 'picture.invert', label: 'Invert the picture', group: 'View', keys: ['Shift+I'], views: EDITOR },
  { id: 'picture.channel', label: 'Next channel of the picture', group: 'View', keys: ['C'], views: EDITOR },
  { id: 'picture.plain', label: 'Show the picture as it is', group: 'View', keys: ['Shift+P'], views: EDITOR },
  { id: 'view.grid', label: 'Pixel grid when magnified, or not', group: 'View', keys: ['#'], views: EDITOR },
  { id: 'view.minimap', label: 'Overview of the image, or not', group: 'View', keys: ['J'], views: EDITOR },
  { id: 'view.beside', label: 'Prediction beside the image, or not', group: 'View', keys: ['\\'], views: ['label'] },
  {
    id: 'preview.toggle',
    label: 'Preview of what a model would make of it, or not (hold to peek)',
    group: 'View',
    keys: ['U'],
    views: ['label'],
  },
  { id: 'overlay.toggle', label: 'Show or hide overlay (hold to peek)', group: 'View', keys: ['T'], views: EDITOR },
  { id: 'image.next', label: 'Next image', group: 'Image', keys: ['D', 'PageDown'], views: EDITOR, repeat: true },
  { id: 'image.previous', label: 'Previous image', group: 'Image', keys: ['A', 'PageUp'], views: EDITOR, repeat: true },
  { id: 'image.done', label: 'Mark image done, or not', group: 'Image', keys: ['M'], views: ['label'] },
  { id: 'gallery.toggle', label: 'Gallery', group: 'Image', keys: ['Shift+G'], views: EDITOR },
  { id: 'images.search', label: 'Search images', group: 'Image', keys: ['Ctrl+F'], views: EDITOR, inText: true },
  {
    id: 'review.overlay',
    label: 'Next overlay: prediction, kept and doubted, labels, difference',
    group: 'Review',
    keys: ['Z'],
    views: ['review'],
  },
  {
    id: 'review.map',
    label: 'Next map: confidence, likeness under pruning, score, change',
    group: 'Review',
    keys: ['Shift+Z'],
    views: ['review'],
  },
  { id: 'review.against', label: 'What it is compared with, while held', group: 'Review', keys: ["'"], views: ['review'] },
  { id: 'review.split', label: 'Compare at a line, or not', group: 'Review', keys: ['|'], views: ['review'] },
  { id: 'review.acceptRegion', label: 'Accept region', group: 'Review', keys: ['Y'], views: ['review'] },
  { id: 'review.rejectRegion', label: 'Reject region', group: 'Review', keys: ['N'], views: ['review'] },
  { id: 'review.nextRegion', label: 'Next region by doubt × size', group: 'Review', keys: ['Tab'], views: ['review'] },
  { id: 'review.previousRegion', label: 'Region before', group: 'Review', keys: ['Shift+Tab'], views: ['review'] },
  { id: 'review.panel', label: 'From the image to the buttons, or back', group: 'Review', keys: ['F6'], views: ['review'] },
  { id: 'review.acceptKept', label: 'Accept what is kept', group: 'Review', keys: ['Shift+K'], views: ['review'] },
  { id: 'review.acceptImage', label: 'Accept image, what is doubted too', group: 'Review', keys: ['Shift+Y'], views: ['review'] },
  { id: 'review.rejectImage', label: 'Reject image', group: 'Review', keys: ['Shift+N'], views: ['review'] },
  { id: 'review.rule', label: 'Accept by rule in many images', group: 'Review', keys: ['Shift+A'], views: ['review'] },
  { id: 'review.reviewed', label: 'Mark image reviewed, or not', group: 'Review', keys: ['Shift+M'], views: ['review'] },
  { id: 'runs.all', label: 'All runs: compare, note, remove', group: 'Train', keys: ['Shift+R'], views: ['train'] },
  { id: 'training.start', label: 'Train', group: 'Window', keys: ['Ctrl+Enter'], views: VIEWS },
  { id: 'training.stop', label: 'Stop training', group: 'Window', keys: [], views: VIEWS },
  { id: 'go.label', label: 'Go to Label', group: 'Window', keys: ['Ctrl+1'], views: VIEWS, inText: true },
  { id: 'go.train', label: 'Go to Train', group: 'Window', keys: ['Ctrl+2'], views: VIEWS, inText: true },
  { id: 'go.review', label: 'Go to Review', group: 'Window', keys: ['Ctrl+3'], views: VIEWS, inText: true },
  { id: 'go.export', label: 'Go to Export', group: 'Window', keys: ['Ctrl+4'], views: VIEWS, inText: true },
  { id: 'project.open', label: 'Open folder…', group: 'Window', keys: ['Ctrl+O'], views: VIEWS, inText: true },
  { id: 'images.suggest', label: 'Suggest images to label first', group: 'Window', keys: [], views: VIEWS },
  { id: 'project.importMasks', label: 'Import masks…', group: 'Window', keys: [], views: VIEWS },
  { id: 'project.discardUnsaved', label: 'Discard unsaved changes', group: 'Window', keys: [], views: VIEWS },
  { id: 'project.verify', label: 'Check the project…', group: 'Window', keys: [], views: VIEWS },
  { id: 'project.subsets', label: 'Subsets: train, val and test…', group: 'Window', keys: [], views: VIEWS },
  { id: 'project.restore', label: 'Restore a backup…', group: 'Window', keys: [], views: VIEWS },
  { id: 'project.index', label: 'Index again: look for new and changed images', group: 'Window', keys: ['F5'], views: VIEWS, inText: true },
  {
    id: 'window.zoomIn',
    label: 'Everything larger',
    group: 'Window',
    keys: ['Ctrl++', 'Ctrl+='],
    views: VIEWS,
    repeat: true,
    inText: true,
  },
  { id: 'window.zoomOut', label: 'Everything smaller', group: 'Window', keys: ['Ctrl+-'], views: VIEWS, repeat: true, inText: true },
  { id: 'window.zoomReset', label: 'Everything as large as at first', group: 'Window', keys: ['Ctrl+0'], views: VIEWS, inText: true },
  { id: 'window.fullScreen', label: 'Full screen, or not', group: 'Window', keys: ['F11'], views: VIEWS, inText: true },
  { id: 'theme.next', label: 'Change theme', group: 'Window', keys: ['Ctrl+Shift+L'], views: VIEWS, inText: true },
  { id: 'palette.open', label: 'Command palette', group: 'Window', keys: ['Ctrl+K'], views: VIEWS, inText: true },
  { id: 'keys.open', label: 'List of keys', group: 'Window', keys: ['?'], views: VIEWS },
  { id: 'app.about', label: 'About Espalier', group: 'Window', keys: [], views: VIEWS },
  { id: 'app.quit', label: 'Quit', group: 'Window', keys: ['Ctrl+Q'], views: VIEWS, inText: true },
] as const satisfies readonly Command[];

export type CommandId = (typeof COMMANDS)[number]['id'];
export type Bindings = Readonly<Record<CommandId, readonly string[]>>;

const BY_ID = new Map<CommandId, Command>(COMMANDS.map((command) => [command.id, command]));

function isCommandId(id: string): id is CommandId {
  return BY_ID.has(id as CommandId);
}

export function commandOf(id: CommandId): Command {
  return BY_ID.get(id)!;
}

export function defaultBindings(): Record<CommandId, readonly string[]> {
  const bindings = {} as Record<CommandId, readonly string[]>;
  for (const { id, keys } of COMMANDS) bindings[id] = keys;
  return bindings;
}

/**
 * The default keys with the user's own in place of some; unknown commands and malformed entries are left out. A key that the user gave
 * to a command is taken from those that have it by default.
 */
export function bindingsFrom(stored: unknown): Bindings {
  const bindings = defaultBindings();
  if (typeof stored !== 'object' || stored === null) return bindings;
  const own = new Set<CommandId>();
  for (const [id, keys] of Object.entries(stored)) {
    if (!isCommandId(id) || !Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) continue;
    bindings[id] = keys;
    own.add(id);
  }
  for (const id of own) {
    for (const key of bindings[id]) {
      for (const other of conflictsOf(id, key, bindings)) {
        if (!own.has(other)) bindings[other] = bindings[other].filter((each) => each !== key);
      }
    }
  }
  return bindings;
}

/** The commands a key means in a view. */
export function commandsFor(key: string, view: View, bindings: Bindings): CommandId[] {
  return COMMANDS.filter(({ id, views }) => (views as readonly View[]).includes(view) && bindings[id].includes(key)).map(({ id }) => id);
}

/** Commands that would fight over a key with `id`: bound to it in a view that both belong to. */
export function conflictsOf(id: CommandId, key: string, bindings: Bindings): CommandId[] {
  const { views } = commandOf(id);
  return COMMANDS.filter(
    (other) => other.id !== id && bindings[other.id].includes(key) && other.views.some((view) => views.includes(view)),
  ).map((other) => other.id);
}
