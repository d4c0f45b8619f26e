import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { type Binding, tensorFlowBackend } from '../process/tensorflow';
import { DATA_TYPES } from './graph';
import { Manifest, MANIFEST_FILE } from './manifest';
import { entryOf, inputOf, type Session, sizedSpecs, specFor, type TensorSpec, type Values } from './program';

const TAG = 'serve';

/** Numbers sent to the state at once: TensorFlow copies what it is fed and keeps that memory, so a whole state must not be fed in one go. */
const CHUNK = 8 * 1024 * 1024;

/**
 * Opens a recorded program: every call of an entry is one run of its graph, and the state stays inside TensorFlow.
 * @throws Error when the folder does not hold a recorded program
 */
export function load(folder: string): Session {
  const manifest = Manifest.parse(JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8')));
  const { binding } = tensorFlowBackend(tf);
  const session = binding.loadSavedModel(folder, TAG);
  const run = (feeds: readonly Feed[], fetches: readonly string[]): Values[] => runSession(binding, session, feeds, fetches);
  return {
    assign(values) {
      for (const names of chunks(values)) {
        const feeds = names.map((name) => ({
          node: variable(name).value,
          spec: specFor(manifest.state, name, values[name]),
          values: inputOf(values, name),
        }));
        run(
          feeds,
          names.map((name) => variable(name).assigned),
        );
      }
    },
    read(names) {
      const values = run(
        [],
        names.map((name) => variable(name).read),
      );
      return zip(names, values);
    },
    call(name, inputs, shapes) {
      const entry = entryOf(manifest, name);
      const specs = sizedSpecs(entry, shapes);
      const feeds = Object.entries(entry.inputs).map(([key, { node }]) => {
        const values = inputOf(inputs, key);
        return { node, spec: specFor(specs, key, values), values };
      });
      const outputs = Object.entries(entry.outputs);
      const fetches = [...outputs.map(([, { node }]) => node), entry.done];
      return zip(
        outputs.map(([key]) => key),
        run(feeds, fetches),
      );
    },
    dispose: () => binding.deleteSavedModel(session),
  };

  function variable(name: string): Manifest['state'][string] {
    specFor(manifest.state, name);
    return manifest.state[name]!;
  }
}

interface Feed {
  readonly node: string;
  readonly spec: TensorSpec;
  readonly values: Values;
}

function runSession(binding: Binding, session: number, feeds: readonly Feed[], fetches: readonly string[]): Values[] {
  if (fetches.length === 0) return [];
  const inputs = feeds.map(({ spec, values }) => binding.createTensor([...spec.shape], DATA_TYPES[spec.dtype], values));
  try {
    const outputs = binding.runSavedModel(session, inputs, feeds.map(({ node }) => node).join(), fetches.join());
    return outputs.map(({ id }) => {
      const values = binding.tensorDataSync(id);
      binding.deleteTensor(id);
      return values instanceof Uint8Array ? Int32Array.from(values) : values;
    });
  } finally {
    for (const id of inputs) binding.deleteTensor(id);
  }
}

/** Names in groups of about {@link CHUNK} numbers. */
function chunks(values: Readonly<Record<string, Values>>): string[][] {
  const groups: string[][] = [[]];
  let size = 0;
  for (const [name, { length }] of Object.entries(values)) {
    if (size > 0 && size + length > CHUNK) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(name);
    size += length;
  }
  return groups;
}

function zip(names: readonly string[], values: readonly Values[]): Record<string, Values> {
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}
