import type * as tf from '@tensorflow/tfjs-core';
import type { Backend, Binding, BindingAttribute, BindingTensor, BindingValues } from '../process/tensorflow';
import type { AttributeValue, Edge, Graph } from './graph';

/** TF_AttrType. */
const KINDS = ['string', 'int', 'float', 'bool', 'type', 'shape'] as const;

/** Type attributes that the library leaves to be inferred from the first input, which a graph must state. */
const INFERRED: Readonly<Record<string, string>> = { ExpandDims: 'T' };

/**
 * Writes down what the backend does. Everything the library computes passes through two calls of the native binding:
 * `executeOp` becomes a node, `createTensor` a constant.
 */
export class Recorder {
  readonly #edges = new Map<number, { readonly edge: Edge; readonly dtype: number }>();
  readonly #constants = new Set<number>();
  #count = 0;

  /**
   * @param graph where the nodes go
   * @param prefix of the nodes' names
   * @param folds whether what depends on constants alone becomes a constant too, of the value that it has
   */
  constructor(
    private readonly backend: Backend,
    private readonly graph: Graph,
    private readonly prefix: string,
    private readonly folds = false,
  ) {}

  /** Says that a tensor made before the recording is this tensor of the graph. */
  bind(tensor: tf.Tensor, edge: Edge, dtype: number): void {
    this.#edges.set(this.#idOf(tensor), { edge, dtype });
  }

  /** Runs `work`, recording it. @throws Error when it reads a value */
  record<T>(work: () => T): T {
    const { binding } = this.backend;
    this.backend.binding = this.#proxy(binding);
    try {
      return work();
    } finally {
      this.backend.binding = binding;
    }
  }

  /** The tensor of the graph that a recorded tensor is. Only while recording. */
  edgeOf(tensor: tf.Tensor): { readonly edge: Edge; readonly dtype: number } {
    return this.#known(this.#idOf(tensor));
  }

  #proxy(binding: Binding): Binding {
    const overrides: Pick<Binding, 'createTensor' | 'executeOp' | 'tensorDataSync'> = {
      createTensor: (shape, dtype, values) => {
        const id = binding.createTensor(shape, dtype, values);
        this.#constant({ id, shape, dtype }, values);
        return id;
      },
      executeOp: (name, attributes, inputs, outputs) => {
        const results = binding.executeOp(name, attributes, inputs, outputs);
        if (this.folds && inputs.every((input) => this.#constants.has(input))) {
          for (const result of results) this.#constant(result, binding.tensorDataSync(result.id));
        } else this.#node(name, attributes, inputs, results);
        return results;
      },
      tensorDataSync: () => {
        throw new Error('A recorded function must not read the value of a tensor');
      },
    };
    return Object.create(binding, Object.getOwnPropertyDescriptors(overrides)) as Binding;
  }

  #constant({ id, shape, dtype }: BindingTensor, values: BindingValues): void {
    this.#constants.add(id);
    this.#edges.set(id, { edge: this.graph.constant({ shape: [...shape], dtype, content: bytesOf(values) }), dtype });
  }

  #node(op: string, attributes: readonly BindingAttribute[], inputs: readonly number[], results: readonly BindingTensor[]): void {
    const sources = inputs.map((id) => this.#known(id));
    const values = Object.fromEntries(attributes.map((attribute) => [attribute.name, attributeValue(attribute)]));
    const inferred = INFERRED[op];
    const [first] = sources;
    if (inferred && first) values[inferred] ??= { kind: 'type', value: first.dtype };
    const name = `${this.prefix}/${this.#count++}`;
    this.graph.add(
      name,
      op,
      sources.map(({ edge }) => edge),
      values,
    );
    results.forEach(({ id, dtype }, output) => this.#edges.set(id, { edge: { node: name, output }, dtype }));
  }

  #known(id: number): { readonly edge: Edge; readonly dtype: number } {
    const known = this.#edges.get(id);
    if (!known) throw new Error('A recorded function used a tensor made outside of it');
    return known;
  }

  #idOf(tensor: tf.Tensor): number {
    const [id] = this.backend.getInputTensorIds([tensor]);
    if (id === undefined) throw new Error('The tensor has no native counterpart');
    return id;
  }
}

function attributeValue({ name, type, value }: BindingAttribute): AttributeValue {
  const kind = KINDS[type];
  if (kind === undefined) throw new Error(`Attribute ${name} is of an unknown kind ${type}`);
  return { kind, value } as AttributeValue;
}

function bytesOf(values: BindingValues): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
}
