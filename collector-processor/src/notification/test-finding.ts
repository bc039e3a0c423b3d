/** Test data: a public bucket as Prowler tells it, and its way in. */
import assert from 'node:assert/strict';
import type { App } from '../app.ts';

function publicBucket(name: string, status: 'PASS' | 'FAIL', atMs: number): object {
  return {
    status_code: status,
    severity_id: 5,
    metadata: { event_code: 's3_public', product: { name: 'Prowler', version: '5.4.0' }, version: '1.4.0' },
    class_uid: 2004,
    category_uid: 2,
    activity_id: 1,
    type_uid: 200401,
    finding_info: { title: 'Bucket is public', uid: `prowler-${name}` },
    resources: [{ uid: `arn:aws:s3:::${name}`, name, type: 'AwsS3Bucket', region: 'eu-central-1' }],
    cloud: { account: { uid: '111122223333' }, provider: 'aws', region: 'eu-central-1' },
    time: atMs / 1000,
  };
}

/** What the scanner saw at `atMs`, received at `receivedMs`. */
export async function scanned(
  { intake }: App,
  name: string,
  status: 'PASS' | 'FAIL',
  atMs: number,
  receivedMs: number,
): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(publicBucket(name, status, atMs)));
  const delivery = { transport: 'otlp_http', encoding: 'native', signal: 'logs', bytes, receivedMs } as const;
  assert.equal((await intake.accept(delivery)).status, 'accepted');
}
