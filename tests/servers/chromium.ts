import { type Browser, chromium } from 'playwright-core';
import { requirePart } from './require-part.ts';

/** A headless Chromium that asks nobody for updates. `close()` ends it. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: requirePart('chromium').path,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
