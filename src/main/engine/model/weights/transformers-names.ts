import type { StoredTensor } from './safetensors';

/** How the names of DINOv2's weights in the library transformers become the original's; what is in neither stays. */
const NAMES: readonly (readonly [theirs: RegExp, original: string])[] = [
  [/^embeddings\.cls_token$/, 'cls_token'],
  [/^embeddings\.position_embeddings$/, 'pos_embed'],
  [/^embeddings\.mask_token$/, 'mask_token'],
  [/^embeddings\.patch_embeddings\.projection\./, 'patch_embed.proj.'],
  [/^encoder\.layer\.(\d+)\.attention\.output\.dense\./, 'blocks.$1.attn.proj.'],
  [/^encoder\.layer\.(\d+)\.layer_scale([12])\.lambda1$/, 'blocks.$1.ls$2.gamma'],
  [/^encoder\.layer\.(\d+)\.(norm[12]|mlp)\./, 'blocks.$1.$2.'],
  [/^layernorm\./, 'norm.'],
];
/** Of networks that name classes. */
const PREFIX = 'dinov2.';
const SEPARATE = /^encoder\.layer\.(\d+)\.attention\.attention\.query\.(weight|bias)$/;

/** Tensors by the original's names, whichever they have: queries, keys and values as one matrix, which transformers keeps apart. */
export function originalNames(tensors: ReadonlyMap<string, StoredTensor>): ReadonlyMap<string, StoredTensor> {
  const plain = new Map([...tensors].map(([name, tensor]) => [name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name, tensor]));
  const joined = [...plain].flatMap(([name, query]) => {
    const [, layer, kind] = SEPARATE.exec(name) ?? [];
    const parts = [query, ...['key', 'value'].map((part) => plain.get(name.replace('.query.', `.${part}.`)))];
    if (layer === undefined || !areAll(parts)) return [];
    for (const part of ['query', 'key', 'value']) plain.delete(name.replace('.query.', `.${part}.`));
    return [[`blocks.${layer}.attn.qkv.${kind}`, stacked(parts)] as const];
  });
  return new Map([...[...plain].map(([name, tensor]) => [originalName(name), tensor] as const), ...joined]);
}

function originalName(name: string): string {
  const known = NAMES.find(([theirs]) => theirs.test(name));
  return known ? name.replace(...known) : name;
}

function areAll(tensors: readonly (StoredTensor | undefined)[]): tensors is readonly StoredTensor[] {
  return tensors.every((tensor) => tensor !== undefined);
}

/** Tensors one after the other along their first axis. */
function stacked(tensors: readonly StoredTensor[]): StoredTensor {
  const values = new Float32Array(tensors.reduce((sum, { values: { length } }) => sum + length, 0));
  let end = 0;
  for (const tensor of tensors) {
    values.set(tensor.values, end);
    end += tensor.values.length;
  }
  const [, ...rest] = tensors[0]!.shape;
  return { shape: [tensors.reduce((sum, { shape: [rows = 0] }) => sum + rows, 0), ...rest], values };
}
