import { test as base, expect } from '@grafana/plugin-e2e';
import type { ConsoleMessage } from '@playwright/test';

/** Grafana's own, where it has no way to the internet: its plugin catalogue. */
const grafanasOwn = /\/api\/gnet\/|plugins from catalog|502 \(Bad Gateway\)/;

/** Grafana's home page asks grafana.com for news and pictures, and its fingerprint library tells its maker of one page in a thousand. */
const grafanasErrands = /^https:\/\/(grafana\.com|m1\.openfpcdn\.io)\//;
/** Grafana asks itself for its feature flags, and complains where the next page is opened before the answer is there. */
const grafanasFlags = /^Failed to initialize OpenFeature provider/;
const isErrand = (message: ConsoleMessage) =>
  grafanasErrands.test(message.location().url) || grafanasFlags.test(message.text());

interface Fixtures {
  /** Fails the test at its end if the browser's console had an error, or a request of the page was answered with one. */
  noise: string[];
}

export const test = base.extend<Fixtures>({
  noise: [
    async ({ page }, use) => {
      const noise: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' && !isErrand(message)) noise.push(message.text());
      });
      page.on('pageerror', (error) => noise.push(String(error)));
      page.on('response', (response) => {
        if (response.status() >= 400) noise.push(`${response.status()} ${response.url()}`);
      });
      await use(noise);
      const isOffline = noise.some((text) => text.includes('/api/gnet/'));
      const ours = isOffline ? noise.filter((text) => !grafanasOwn.test(text)) : noise;
      expect(ours, 'errors in the console').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
