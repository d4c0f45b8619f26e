import type { ParseArgsOptionsConfig } from 'node:util';
import type { TrainProgress } from '@shared/protocol';
import type { Project } from '../host/project/project';
import type { Output } from './output';

export type OptionValues = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** One command of the terminal: its help is made from the same table that parses it. */
export interface Command {
  /** One word, or two where a command has commands of its own. */
  readonly name: string;
  readonly summary: string;
  /** Positional arguments, as the usage line names them. All are paths, and absolute when they are handed over, but for NAME. */
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, CommandOption>>;
  run(context: CommandContext): Promise<void>;
}

export interface CommandOption {
  /** Name of the value in the usage line; absent for switches. */
  readonly value?: string;
  readonly help: string;
  readonly required?: boolean;
  readonly multiple?: boolean;
}

export interface CommandContext {
  readonly project: Project;
  readonly positionals: readonly string[];
  readonly values: OptionValues;
  readonly output: Output;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Writes a line to the log file. */
  log(line: string): void;
  /** Hears how a run goes. */
  onTraining(listener: (runId: string, progress: TrainProgress) => void): void;
}

export function parseArgsOptions(command: Command): ParseArgsOptionsConfig {
  const config: ParseArgsOptionsConfig = { help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' } };
  for (const [name, option] of Object.entries(command.options)) {
    config[name] = { type: option.value ? 'string' : 'boolean', multiple: option.multiple ?? false };
  }
  return config;
}

export function usageOf(command: Command): string {
  const parts = Object.entries(command.options).map(([name, option]) => {
    const text = `--${name}${option.value ? ` ${option.value}` : ''}`;
    return option.required ? text : `[${text}]${option.multiple ? '…' : ''}`;
  });
  return `espalier ${[command.name, ...command.positionals, ...parts].join(' ')}`;
}

export function helpOf(command: Command): string {
  const rows = [...Object.entries(command.options).map(([name, o]) => [`--${name}${o.value ? ` ${o.value}` : ''}`, o.help])];
  rows.push(['--json', 'one JSON object a line instead of text']);
  const width = Math.max(...rows.map(([left]) => left!.length));
  return [`${command.summary}\n`, `  ${usageOf(command)}\n`, ...rows.map(([left, right]) => `  ${left!.padEnd(width)}  ${right}`)].join(
    '\n',
  );
}

/** Text value of an option, or undefined when it was not given. */
export function text(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** Text values of an option that may be given several times. */
export function list(values: OptionValues, name: string): string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}
