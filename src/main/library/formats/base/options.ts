import { z } from 'zod';
import { LabelClass } from '@shared/domain';
import { EspalierError } from '@shared/errors';
import type { FormatOption } from '@shared/protocol';

/** A class of the project, or (null) unlabelled. Left out: it is not said. */
export const classOption = (title: string, help: string) => LabelClass.shape.id.nullable().optional().meta({ title, description: help });

/** Words of the user's own. Left out: nothing is said. */
export const textOption = (title: string, help: string) => z.string().max(10_000).optional().meta({ title, description: help, text: true });

/** Of exports as shapes: a class that is not written. */
export const withoutOption = classOption(
  'Leave out',
  'A class that no shapes are written of, such as the background; importing again, choose it for the rest.',
);

/** Of imports of shapes. */
export const restOption = classOption('The rest is', 'The class of pixels that no shape covers; left as they are where it is not said.');

/** One of several ways; the first is taken where none is chosen. `choices`: what each is called in the window, by its value. */
export const choiceOption = <const C extends Readonly<Record<string, string>>>(title: string, help: string, choices: C) => {
  const values = Object.keys(choices) as [keyof C & string, ...(keyof C & string)[]];
  return z.enum(values).default(values[0]!).meta({ title, description: help, choices });
};

/** How regions are written where both are known. */
export const shapesOption = choiceOption('Shapes', 'Polygons can be edited elsewhere, run lengths are smaller.', {
  polygons: 'polygons',
  rle: 'run lengths (RLE)',
});

/** @throws EspalierError FORMAT_OPTION */
export function chosenOptions<S extends z.ZodObject>(schema: S, options: unknown): z.output<S> {
  const parsed = z.strictObject(schema.shape).safeParse(options);
  if (parsed.success) return parsed.data as z.output<S>;
  const [issue] = parsed.error.issues;
  const name = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.');
  throw new EspalierError('FORMAT_OPTION', { name: name ?? '', names: Object.keys(schema.shape).join(', ') || 'none' });
}

const Meta = z.object({
  title: z.string(),
  description: z.string(),
  choices: z.record(z.string(), z.string()).optional(),
  text: z.boolean().optional(),
});

/** What a window or a terminal needs to ask for the options of a schema. */
export function optionsOf(schema: z.ZodObject): FormatOption[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const { title, description, choices, text } = Meta.parse((field as z.ZodType).meta());
    const kind = choices ? ({ kind: 'choice', choices } as const) : ({ kind: text ? 'text' : 'class' } as const);
    return { name, title, help: description, ...kind };
  });
}
