import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig, devices } from '@playwright/test';

// GRAFANA_URL: a Grafana with the plugin and the provisioning of deploy/grafana, in front of a processor with data.
// `npm run grafana -w grafana-app` starts one. GRAFANA_BARE_URL: another one (BARE=1) with nothing but the plugin, for the installation of alert rules. GRAFANA_SAMPLING_URL: one in front of the estate of sampling-story.ts. CHROMIUM: the browser, where it is not at its usual place.
/** Where plugin-e2e keeps what a user signed in with. */
const signedIn = (user: string) => `playwright/.auth/${user}.json`;
const signIn = {
  testDir: join(dirname(fileURLToPath(import.meta.resolve('@grafana/plugin-e2e'))), 'auth'),
  testMatch: /.*\.js/,
};

const bareUrl = process.env.GRAFANA_BARE_URL;
const samplingUrl = process.env.GRAFANA_SAMPLING_URL;

export default defineConfig<PluginOptions>({
  testDir: '.',
  outputDir: '../test-results',
  // For machines that do other things besides.
  timeout: 180_000,
  expect: { timeout: 60_000 },
  workers: 1,
  reporter: 'list',
  use: {
    ...devices['Desktop Chrome'],
    baseURL: process.env.GRAFANA_URL ?? samplingUrl,
    viewport: { width: 1440, height: 1000 },
    locale: 'en-US',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
      ],
    },
  },
  projects: [
    { name: 'sign in as admin', ...signIn },
    {
      name: 'sign in as viewer',
      ...signIn,
      use: { user: { user: 'cnapp-viewer', password: 'cnapp-viewer', role: 'Viewer' } },
    },
    {
      name: 'sign in as editor',
      ...signIn,
      use: { user: { user: 'cnapp-editor', password: 'cnapp-editor', role: 'Editor' } },
    },
    {
      name: 'as admin',
      testMatch: /(app|extensions|provisioned|stories|traces)\.spec\.ts/,
      use: { storageState: signedIn('admin') },
      dependencies: ['sign in as admin'],
    },
    {
      name: 'as viewer',
      testMatch: /(viewer|stories)\.spec\.ts/,
      use: { storageState: signedIn('cnapp-viewer') },
      dependencies: ['sign in as viewer'],
    },
    {
      name: 'as editor',
      testMatch: /(editor|stories)\.spec\.ts/,
      use: { storageState: signedIn('cnapp-editor') },
      dependencies: ['sign in as editor'],
    },
    ...(samplingUrl === undefined
      ? []
      : (
          [
            ['viewer', 'cnapp-viewer', /sampling(-roles)?\.spec\.ts/],
            ['editor', 'cnapp-editor', /sampling(-roles)?\.spec\.ts/],
            ['admin', 'admin', /sampling(-rollout)?\.spec\.ts/],
          ] as const
        ).map(([role, user, testMatch]) => ({
          name: `sampling as ${role}`,
          testMatch,
          use: { baseURL: samplingUrl, storageState: signedIn(user) },
          dependencies: [`sign in as ${role}`],
        }))),
    ...(bareUrl === undefined
      ? []
      : [{ name: 'on a bare Grafana', testMatch: /bare\.spec\.ts/, use: { baseURL: bareUrl } }]),
  ],
});
