import { join, resolve } from 'node:path';
import { toEspalierError } from '@shared/errors';
import type { TrainProgress } from '@shared/protocol';
import { dataFolder } from '../../host/data-folder';
import { Log } from '../../host/log';
import { Project } from '../../host/project/project';
import { helpOf } from '../command';
import { COMMANDS } from '../commands/index';
import { Output } from '../output';
import { commandOf, parse } from './parse';

/** Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length), 'doctor'.length);
  const rows = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  rows.push(`  ${'doctor'.padEnd(width)}  Shows versions, devices, and what is missing and how to get it.`);
  return ['Espalier in the terminal. "espalier COMMAND --help" tells more of each.', '', ...rows].join('\n');
}

async function main(args: string[]): Promise<number> {
  const json = args.includes('--json');
  const output = new Output(json);
  const name = args[0];
  if (name === undefined || name === '--help' || name === '-h') {
    process.stdout.write(`${overview()}\n`);
    return name === undefined ? EXIT.usage : EXIT.done;
  }
  const log = new Log(join(dataFolder(), 'logs'));
  let listener: ((runId: string, progress: TrainProgress) => void) | null = null;
  const project = new Project({
    window: false,
    event: (event, payload) => {
      if (event === 'training.changed' && 'progress' in payload && payload.progress) listener?.(payload.runId, payload.progress);
    },
    log: (line) => log.write(line),
    opened: ({ warnings }) => warnings.forEach((warning) => output.warning(warning)),
  });
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  try {
    const { command, rest } = commandOf(args);
    const { values, positionals } = parse(command, rest);
    if (values.help) {
      process.stdout.write(`${helpOf(command)}\n`);
      return EXIT.done;
    }
    await command.run({
      project,
      positionals: positionals.map((value, i) => (command.positionals[i] === 'NAME' ? value : resolve(value))),
      values,
      output,
      signal: interrupt.signal,
      log: (line) => log.write(line),
      onTraining: (heard) => (listener = heard),
    });
    return EXIT.done;
  } catch (thrown) {
    const error = toEspalierError(thrown);
    log.error(error);
    output.error(error);
    if (interrupt.signal.aborted) return EXIT.interrupted;
    return error.code === 'USAGE' ? EXIT.usage : EXIT.failed;
  } finally {
    await project.close();
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
