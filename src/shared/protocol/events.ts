import { z } from 'zod';
import { MenuCommand } from './app';
import { runId } from './fields';
import { Warning } from './project';
import { Learning, TrainProgress } from './training';

/** What windows are told unasked. */
export const events = {
  /** A command of the window was chosen in the system's menu. */
  'menu.chosen': z.object({ command: MenuCommand }),
  /** How the present run goes; null progress when it has ended, `reason` when it failed. */
  'training.changed': z.object({ runId, progress: TrainProgress.nullable(), reason: z.string().nullable() }),
  /** How keep learning stands; null when it has ended, `reason` when it could not go on. */
  'learning.changed': z.object({ learning: Learning.nullable(), reason: z.string().nullable() }),
  /** Something in the project changed behind the window's back. */
  'project.changed': z.object({ what: z.enum(['images', 'runs', 'predictions']) }),
  /** The library ended, and the project could not be opened again, or not often enough: none is open in this window any more. */
  'project.lost': Warning,
  /** A child process ended and was started again. */
  'child.restarted': z.object({ child: z.enum(['library', 'engine']), reason: z.string() }),
} as const;

export type Events = typeof events;
export type EventName = keyof Events;
export type PayloadOf<E extends EventName> = z.output<Events[E]>;
