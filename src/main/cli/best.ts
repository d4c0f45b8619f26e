import { BEST_COST, BEST_COST_TEXT } from '@shared/best-masks';
import type { CommandContext, CommandOption } from './command';

/** The option of commands that predict. */
export const BEST_OPTION: CommandOption = { help: `Best masks: the mean over three sizes, mirrored and not; ${BEST_COST_TEXT}` };

/** Whether Best masks are asked for; then what they cost is told beforehand. */
export function bestAsked({ values, output }: CommandContext): boolean {
  const best = values['best'] === true;
  if (best) output.progress({ best, cost: BEST_COST }, `Best masks: ${BEST_COST_TEXT} of others.`);
  return best;
}
