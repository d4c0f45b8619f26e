import { parseArgs } from 'node:util';
import { EspalierError } from '@shared/errors';
import { parseArgsOptions, usageOf, type Command, type OptionValues } from '../command';
import { COMMANDS } from '../commands/index';

/** The command that the arguments begin with, and the arguments left for it: "weights import" goes before "weights". @throws EspalierError USAGE */
export function commandOf(args: readonly string[]): { command: Command; rest: string[] } {
  const words = ({ name }: Command): string[] => name.split(' ');
  const [command] = COMMANDS.filter((known) => words(known).every((word, i) => args[i] === word)).sort(
    (a, b) => words(b).length - words(a).length,
  );
  if (!command) throw new EspalierError('USAGE', { detail: `There is no command "${args[0]}".` });
  return { command, rest: args.slice(words(command).length) };
}

export interface Parsed {
  readonly values: OptionValues;
  readonly positionals: string[];
}

/** @throws EspalierError USAGE */
export function parse(command: Command, args: string[]): Parsed {
  let parsed: Parsed;
  try {
    parsed = parseArgs({ args, options: parseArgsOptions(command), allowPositionals: true });
  } catch (error) {
    throw new EspalierError('USAGE', { detail: `${error instanceof Error ? error.message : String(error)}.` }, { cause: error });
  }
  if (parsed.values.help) return parsed;
  const missing = Object.entries(command.options).find(([name, option]) => option.required && parsed.values[name] === undefined);
  if (missing) throw new EspalierError('USAGE', { detail: `--${missing[0]} is missing: ${usageOf(command)}.` });
  if (parsed.positionals.length !== command.positionals.length) throw new EspalierError('USAGE', { detail: `Usage: ${usageOf(command)}.` });
  return parsed;
}
