/** For tests: an export of what people drew, as masks. */
export const HUMAN_MASKS = {
  format: 'masks',
  options: {},
  content: 'human',
  runId: null,
  gamma: 0.7,
  beta: 1,
  imageIds: null,
} as const;
