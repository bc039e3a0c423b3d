import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { startChromium } from './chromium.ts';
import { requirePart } from './require-part.ts';

const part = requirePart('chromium');

test('a browser loads a page and runs its script', { skip: part.skip }, async () => {
  const html = '<h1></h1><script>document.querySelector("h1").textContent = "6 x 7 = " + 6 * 7</script>';
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(html);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const browser = await startChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    assert.equal(await page.textContent('h1'), '6 x 7 = 42');
  } finally {
    await browser.close();
    server.close();
  }
});
