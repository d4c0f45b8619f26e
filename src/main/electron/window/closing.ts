import { dialog, type BrowserWindow } from 'electron';
import type { TrainProgress } from '@shared/protocol';

/**
 * Lets a window close only when nothing goes on in it, or its user says so: closing interrupts a run.
 * @param status of the run going on, if any
 */
export function askBeforeClosing(window: BrowserWindow, status: () => { readonly progress: TrainProgress } | null): void {
  let agreed = false;
  let asking = false;
  window.on('close', (event) => {
    const run = status();
    if (agreed || run === null) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    void ask(window, run.progress).then((close) => {
      asking = false;
      agreed = close;
      if (close && !window.isDestroyed()) window.close();
    });
  });
}

async function ask(window: BrowserWindow, { phase }: TrainProgress): Promise<boolean> {
  const predicting = phase === 'predicting';
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: predicting ? 'Images are being predicted.' : 'A run is training.',
    detail: predicting
      ? 'Closing ends the prediction. What is predicted is kept, and Predict goes on with the rest.'
      : 'Closing interrupts the run. What it has learnt is kept, and Resume goes on from there.',
    buttons: ['Keep open', 'Close'],
    defaultId: 0,
    cancelId: 0,
  });
  return response === 1;
}
