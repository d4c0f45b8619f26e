import { expect, type ElectronApplication, type Page } from '@playwright/test';

/** Gives the window's page a size in device pixels, and a zoom. */
export async function resize(app: ElectronApplication, page: Page, width: number, height: number, zoom: number): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, [w, h, factor]) => {
      const [window] = BrowserWindow.getAllWindows();
      window!.setContentSize(w, h);
      window!.webContents.setZoomFactor(factor);
    },
    [width, height, zoom] as const,
  );
  // A screen that is just as large may take a pixel away.
  await expect
    .poll(() => page.evaluate(([w, h]) => Math.max(Math.abs(innerWidth - w!), Math.abs(innerHeight - h!)), [width / zoom, height / zoom]))
    .toBeLessThanOrEqual(1);
}
