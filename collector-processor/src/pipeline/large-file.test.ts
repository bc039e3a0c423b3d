import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Delivery } from '@cnapp-slo/model';
import { type App, createApp } from '../app.ts';

const NOW = Date.UTC(2026, 10, 1);

function delivery(documents: readonly object[], path: string): Delivery {
  const bytes = new TextEncoder().encode(JSON.stringify(documents));
  const headers = { path };
  return { transport: 'import', encoding: 'native', signal: 'logs', bytes, receivedMs: NOW, headers, backfill: true };
}

/** One configuration finding on a bucket of its own. */
function finding(index: number): object {
  return {
    class_uid: 2003,
    metadata: { version: '1.8.0', product: { name: 'Prowler' }, event_code: 's3_bucket_public_access' },
    time: NOW - 3_600_000,
    severity_id: 4,
    status_code: 'FAIL',
    finding_info: { uid: `f${index}`, title: 'The bucket is public' },
    cloud: { provider: 'AWS', account: { uid: '111122223333' }, region: 'eu-west-1' },
    resources: [{ uid: `arn:aws:s3:::bucket-${index}`, type: 'AWS::S3::Bucket' }],
  };
}

let app: App;
before(async () => {
  app = await createApp({ storage: { path: ':memory:' } }, () => NOW);
});
after(() => app.stop());

test('what comes while a large file is taken in is answered before it, and the file is taken whole', async () => {
  const many = Array.from({ length: 9000 }, (_, index) => finding(index));
  const answered: string[] = [];
  const note = (name: string) => (result: { status: string }) => answered.push(`${name} ${result.status}`);
  const large = app.intake.accept(delivery(many, 'large.json')).then(note('large'));
  const small = app.intake.accept(delivery([finding(9000)], 'small.json')).then(note('small'));
  await Promise.all([large, small]);
  assert.deepEqual(answered, ['small accepted', 'large accepted']);
  const again = await app.intake.accept(delivery(many.slice(0, 5000), 'large.json'));
  assert.deepEqual([again.status, again.status === 'accepted' && again.records], ['accepted', 5000]);
  // The file's 9,000 and the small one's; the same again adds nothing.
  let count = 0;
  for (let cursor: string | null | undefined; ; ) {
    const page = app.estate.findings({ limit: 500, ...(cursor ? { cursor } : {}) });
    count += page.items.length;
    cursor = page.next_cursor;
    if (!cursor) break;
  }
  assert.equal(count, 9001);
});
