import { defineConfig } from '@playwright/test';

// One worker: the tests drive real windows and train real networks, and would only slow each other down.
export default defineConfig({
  testDir: 'e2e',
  globalSetup: './scripts/setup/inspectable.mjs',
  outputDir: 'test-results',
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 300_000,
  expect: { timeout: 60_000 },
});
