import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Analysis, CalibrationReport } from '@shared/analysis';
import { Project } from '../host/project/project';
import type { OptionValues } from './command';
import { helpOf } from './command';
import { analysisText } from './commands/analyze';
import { calibrationText } from './commands/calibrate';
import { COMMANDS } from './commands/index';
import { sweep, sweepText } from './commands/sweep';
import { Output } from './output';
import { commandOf, parse } from './entry/parse';
import { tableText } from './table';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Values of a command line. */
function parsed(...args: string[]) {
  const { command, rest } = commandOf(args);
  return { command, ...parse(command, rest) };
}

describe('a command', () => {
  test.each(COMMANDS.map((command) => [command.name, command] as const))('%s explains each of its options', (_, command) => {
    const help = helpOf(command);
    expect(help).toContain(`espalier ${[command.name, ...command.positionals].join(' ')}`);
    for (const [name, { help: words }] of Object.entries(command.options)) {
      expect(help).toContain(`--${name}`);
      expect(help).toContain(words);
    }
  });

  test.each([
    [['analyze', 'p', '--truth', 't', '--ids', 'i'], '--run'],
    [['analyze', 'p', '--run', 'r', '--ids', 'i'], '--truth'],
    [['calibrate', 'p'], '--run'],
    [['calibrate', '--run', 'r'], 'DIR'],
    [['calibrate', 'p', '--run', 'r', '--ratio', '0.5'], '--ratio'],
    [['sweep', 'p', '--ids', 'i'], '--truth'],
    [['sweep', 'p', '--truth', 't'], '--ids'],
    [['sweep', 'p', 'q', '--truth', 't', '--ids', 'i'], 'DIR'],
    [['swep', 'p'], 'swep'],
  ])('%j is refused, naming %s', (args, named) => {
    expect(() => parsed(...args)).toThrow(expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(named) as string }));
  });

  test('asked for help needs nothing else', () => {
    expect(parsed('sweep', '--help').values.help).toBe(true);
  });
});

describe('what a command says', () => {
  test('of a project just opened goes where progress goes, and never among the results of a person', () => {
    const said: [stream: string, text: string][] = [];
    const spies = (['stdout', 'stderr'] as const).map((stream) =>
      vi.spyOn(process[stream], 'write').mockImplementation((text) => said.push([stream, String(text)]) > 0),
    );
    try {
      for (const json of [false, true]) new Output(json).warning({ code: 'BACKUP_FAILED', sentence: 'It was not backed up.' });
    } finally {
      spies.forEach((spy) => spy.mockRestore());
    }
    expect(said).toEqual([
      ['stderr', 'espalier: It was not backed up. [BACKUP_FAILED]\n'],
      ['stdout', '{"warning":"BACKUP_FAILED","message":"It was not backed up."}\n'],
    ]);
  });
});

describe('a sweep', () => {
  /** Runs the command; a project that is touched would look for its library process, and fail with another error. */
  async function refused(...args: string[]): Promise<{ code: string; message: string }> {
    const { values, positionals } = parsed('sweep', folder, '--truth', folder, '--ids', 'ids', ...args);
    return run(values, positionals).catch((error: unknown) => error as { code: string; message: string });
  }
  async function run(values: OptionValues, positionals: string[]): Promise<never> {
    const project = new Project({ window: false, event: () => undefined, log: () => undefined });
    const { signal } = new AbortController();
    await sweep.run({ project, positionals, values, output: new Output(true), signal, log: () => undefined, onTraining: () => undefined });
    throw new Error('The sweep was not refused');
  }

  test.each([
    [['--vary', 'gamma=0.6,7'], 'SETTING_INVALID', 'gamma'],
    [['--vary', 'speed=1,2'], 'SETTING_UNKNOWN', 'speed'],
    [['--set', 'epochs=0'], 'SETTING_INVALID', 'epochs'],
    [['--preset', 'huge'], 'SETTING_INVALID', 'preset'],
    [['--vary', 'gamma'], 'USAGE', 'gamma'],
    [['--vary', 'gamma='], 'USAGE', 'gamma='],
    [['--vary', 'seed=1,2'], 'USAGE', '--seeds'],
    [['--seeds', '0,x'], 'USAGE', '--seeds'],
    [['--seeds', '1,1'], 'USAGE', '--seeds'],
    [['--name', '../elsewhere'], 'USAGE', '--name'],
    [['--grid', '/nowhere.json'], 'FILE_UNREADABLE', 'nowhere'],
  ])('%j is refused before anything is opened', async (args, code, named) => {
    const error = await refused(...args);
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(named);
  });

  test('with a grid that is none is refused', async () => {
    for (const content of ['{"gamma": 0.5}', '[]', '{"gamma": []}', 'gamma', '[{"gamma": [0.5]}]']) {
      const file = join(folder, 'grid.json');
      await writeFile(file, content);
      expect(await refused('--grid', file)).toMatchObject({ code: 'FILE_UNREADABLE' });
    }
  });

  test('ends with a table of mean and deviation', () => {
    const spread = (mean: number, deviation: number | null) => ({ values: [], mean, deviation });
    const table = sweepText([
      {
        variation: { method: 'pgcl', ratio: 0.6 },
        runs: ['a', 'b', 'c'],
        failed: 0,
        miou: { student: spread(0.4712, 0.0061), teacher: spread(0.468, 0.01) },
        seconds: spread(90, 6),
      },
      { variation: { method: 'sup' }, runs: ['d'], failed: 1, miou: {}, seconds: null },
    ]);
    expect(table.split('\n')).toEqual([
      'method  ratio   seeds  mIoU student  mIoU teacher    minutes',
      'pgcl    0.6         3    47.1 ± 0.6    46.8 ± 1.0  1.5 ± 0.1',
      'sup            0 of 1             –             –          –',
    ]);
  });
});

describe('reports for people', () => {
  const kept = { right: 0.9, wrong: null };
  const teacher = { accuracy: 0.8, auc: 0.87, kept };
  const point = {
    scope: 'backbone',
    granularity: 'global',
    ratio: 0.4,
    accuracy: 0.795,
    auc: { similarity: 0.6, refined: 0.88 },
    kept,
  } as const;

  test('of a calibration say whether images were held out, and where no ratio is borne', () => {
    const report: CalibrationReport = {
      gamma: 0.7,
      beta: 1,
      teacher,
      points: [point],
      runId: 'run-0001',
      step: 9,
      images: 12,
      heldOut: false,
      choices: [{ scope: 'backbone', granularity: 'global', ratio: 0.4, within: true }],
    };
    expect(calibrationText(report)).toMatch(/not held out/);
    expect(calibrationText(report)).toContain('backbone, global: 0.4');
    expect(calibrationText(report)).toMatch(/backbone {2}global +0\.4 +79\.5 +0\.600 +0\.880 +90\.0 +–/);
    const bad = { ...report, heldOut: true, choices: [{ ...report.choices[0]!, ratio: 0.1, within: false }] };
    expect(calibrationText(bad)).toMatch(/12 labelled images, held out/);
    expect(calibrationText(bad)).toContain('none; the smallest tried is 0.1');
  });

  test('of an analysis show Table 3, AUC, and Fig. 5 where there is one', () => {
    const selection = {
      quality: { accuracy: 0.9273, precision: 0.775, recall: 0.8412, f1: 0.7994 },
      areas: { right: 0.976, wrong: 0.753 },
    };
    const none = { right: [], wrong: [] };
    const analysis: Analysis = {
      images: 3,
      step: 9,
      selection: {
        gamma: 0.7,
        beta: 1,
        conf: selection,
        refined: selection,
        density: { confidence: none, similarity: none, refined: none },
        auc: { confidence: 0.874, similarity: null, refined: 0.8744 },
      },
      sweep: { gamma: 0.7, beta: 1, teacher, points: [point], images: 2 },
    };
    expect(analysisText(analysis)).toMatch(/conf +92\.7 +77\.5 +84\.1 +79\.9 +97\.6 +75\.3/);
    expect(analysisText(analysis)).toContain('p̃ 0.874, d –, s 0.874');
    expect(analysisText(analysis)).toMatch(/0\.4 +79\.5 +0\.600 +0\.880/);
    expect(analysisText({ ...analysis, sweep: null })).toContain('no pruned teacher');
  });

  test('are aligned in columns', () => {
    expect(
      tableText(
        [
          ['a', 'long head'],
          ['longer', '1'],
        ],
        1,
      ),
    ).toBe('a       long head\nlonger          1');
  });
});
