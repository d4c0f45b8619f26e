/**
 * Polynomial schedule: base · (1 − step / steps)^0.9.
 * @param step 0…steps
 */
export function polyLearningRate(base: number, step: number, steps: number): number {
  return base * (1 - step / steps) ** 0.9;
}
