import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FindingJson, IncidentJson, Page as Pages } from '@cnapp-slo/model';
import type { Page } from 'playwright-core';
import { bucketStory } from '../acceptance/bucket-story.ts';
import { startChromium } from '../servers/chromium.ts';
import { freePort, temporaryFolder, waitFor } from '../servers/process.ts';
import { startProcessor } from '../servers/processor.ts';
import { requirePart } from '../servers/require-part.ts';
import { startServices } from './services.ts';
import { notificationSettings } from './setting.ts';

const { skip } = requirePart('chromium');
const baseMs = Math.floor((Date.now() - 2 * 3600_000) / 1000) * 1000;
/** Where screenshots go, for people; nowhere when unset. */
const SHOTS = process.env.CNAPP_SHOTS;
const FAIL = 4;

/** Somebody who was never here before, woken on a telephone: what they see without scrolling, and what they press. */
const screens = [
  ['telephone', { width: 390, height: 844 }],
  ['desk', { width: 1280, height: 900 }],
] as const;

for (const [screen, viewport] of screens) {
  test(`on a ${screen}, one link leads from the message to the verdict: two presses, in the view that opens`, {
    skip,
    timeout: 120_000,
  }, async (t) => {
    const folder = temporaryFolder('on-call');
    const services = await startServices(folder.path);
    const hash = (token: string): string => createHash('sha256').update(token).digest('hex');
    const api = `127.0.0.1:${await freePort()}`;
    const processor = await startProcessor(undefined, [
      ...notificationSettings({
        channels: services.channels,
        default_owner: { page: ['chat'], ticket: ['issues'] },
        public_url: `http://${api}`,
      }),
      `api.endpoint=${api}`,
      `api.tokens=${hash('ana-token')} ana@acme.example * read,write`,
    ]);
    const browser = await startChromium();
    t.after(async () => {
      await browser.close();
      await processor.stop();
      await services.stop();
      folder.remove();
    });
    const signedIn = { headers: { authorization: 'Bearer ana-token' } };
    await processor.sendLogs(bucketStory(baseMs).slice(0, FAIL));
    await waitFor('the message', () => services.all.chat.calls.length > 0);
    const message = services.all.chat.calls[0]?.raw ?? '';
    const link = /<(http[^|>]+\/incidents\/[^|>]+)\|Incident>/.exec(message)?.[1];
    assert.ok(link, 'the message has the link');

    const context = await browser.newContext({ viewport, httpCredentials: { username: 'ana', password: 'ana-token' } });
    const page = await context.newPage();
    const startMs = performance.now();
    await page.goto(link);
    const shot = async (name: string, of: Page): Promise<void> => {
      if (SHOTS) await of.screenshot({ path: join(SHOTS, `${screen}-${name}.png`), fullPage: name === 'whole' });
    };
    await page.waitForSelector('[data-state="live"]');
    await shot('opened', page);
    await shot('whole', page);
    for (const name of ['I have it', 'Real', 'False alarm']) {
      const box = await page.getByRole('button', { name, exact: false }).first().boundingBox();
      assert.ok(box && box.y + box.height <= viewport.height, `${name} is in view`);
    }
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByRole('status').waitFor();
    await shot('taken', page);
    await page.getByRole('button', { name: 'False alarm' }).click();
    await page.getByText('the verdict is').waitFor();
    await shot('judged', page);
    const seconds = (performance.now() - startMs) / 1000;
    t.diagnostic(`${screen}: 1 link, 2 presses, ${seconds.toFixed(1)} s of machine time`);

    const incidents = await fetch(`http://${api}/api/v1/incidents`, signedIn);
    const [incident] = ((await incidents.json()) as Pages<IncidentJson>).items;
    const answer = await fetch(`http://${api}/api/v1/findings/${incident?.episode_ids[0]}`, signedIn);
    const [episode] = ((await answer.json()) as FindingJson).episodes ?? [];
    assert.deepEqual(
      [episode?.verdict, episode?.clocks.t_ack?.actor, episode?.clocks.t_ack?.source, episode?.clocks.t_ack?.precision],
      ['fp', 'ana@acme.example', 'pages', 'exact'],
    );
  });
}
