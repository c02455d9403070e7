import { defineConfig } from '@playwright/test';

/**
 * The journeys on a running portal. `./portal test integration` and `./portal test e2e`
 * start one with engines of its own, for each of the two projects, and say where it is:
 *
 * - `PORTAL_APP_URL`, `PORTAL_BACKEND_URL`: its two addresses
 * - `PORTAL_LOG_FILE`: what its backend prints
 * - `PORTAL_TEST_CATALOG_URL`: where the tests serve catalog files to it
 * - `DATA_RESOURCES_TEST_ENGINES`: description of the engines
 */
export default defineConfig({
  // One portal and one set of engines for a project, and tests that stop engines.
  workers: 1,
  fullyParallel: false,
  // What passes the second time only is broken.
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  outputDir: '.portal/playwright',
  forbidOnly: Boolean(process.env.CI),
  projects: [
    {
      name: 'integration',
      testDir: 'test/integration/src',
      testIgnore: 'canary/**',
      teardown: 'canary',
    },
    {
      name: 'e2e',
      testDir: 'test/e2e',
      teardown: 'canary',
      use: {
        baseURL: process.env.PORTAL_APP_URL,
        actionTimeout: 20_000,
        browserName: 'chromium',
        locale: 'en-GB',
        timezoneId: 'UTC',
        viewport: { width: 1440, height: 900 },
        screenshot: 'only-on-failure',
        // Pictures of every moment take more of a processor than the app does; the last one is taken above.
        trace: { mode: 'retain-on-failure', screenshots: false },
        launchOptions: {
          executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
          args: [
            '--no-sandbox',
            '--disable-gpu',
            '--disable-dev-shm-usage',
            '--disable-background-networking',
            '--no-first-run',
          ],
        },
      },
    },
    {
      // After everything else, whatever became of it: looks for secrets in what it left.
      name: 'canary',
      testDir: 'test/integration/src/canary',
    },
  ],
});
