import { test as base, expect } from '@grafana/plugin-e2e';
import type { ConsoleMessage } from '@playwright/test';

/** Grafana's own, where it has no way to the internet: its plugin catalogue. */
const grafanasOwn = /\/api\/gnet\/|plugins from catalog|502 \(Bad Gateway\)/;

/** Grafana's home page asks grafana.com for news and pictures. */
const isNewsOfHome = (message: ConsoleMessage) => message.location().url.startsWith('https://grafana.com/');

interface Fixtures {
  /** Fails the test at its end if the browser's console had an error, or a request of the page was answered with one. */
  noise: string[];
}

export const test = base.extend<Fixtures>({
  noise: [
    async ({ page }, use) => {
      const noise: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' && !isNewsOfHome(message)) noise.push(message.text());
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
