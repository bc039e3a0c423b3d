import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { mayBeNative } from './index.ts';
import { isPlainLine } from './prefilter.ts';

const ordinary = [
  '2026-01-02T03:04:05.678Z INFO [http] GET /cart 200 12ms user=42',
  '{"level":"info","ts":1767323045.1,"caller":"server.go:1","msg":"request handled","status":200,"trace_id":"5b8efff7"}',
  '10.0.0.1 - - [02/Jan/2026:03:04:05 +0000] "GET / HTTP/1.1" 200 612 "-" "Mozilla/5.0"',
  '',
];
const telling = [
  '{"class_uid":2004}',
  '{"log":"{\\"kind\\":\\"Event\\",\\"auditID\\":\\"1\\"}\\n"}',
  '<14>1 2026-01-02T03:04:05Z h falco - - - {"output_fields":{}}',
  '2 111122223333 eni-0123456789abcdef0 10.0.0.1 10.0.0.2 1 2 6 1 1 1 1 ACCEPT OK',
  '{"message":{"data":"eyJ9"},"subscription":"s"}',
];

for (const body of ordinary) test(`dismisses ${body.slice(0, 40)}`, () => assert.equal(mayBeNative(body), false));
for (const body of telling) test(`keeps ${body.slice(0, 40)}`, () => assert.equal(mayBeNative(body), true));

test('bytes are judged as text is, and gzip is kept', () => {
  for (const body of [...ordinary, ...telling])
    assert.equal(mayBeNative(new TextEncoder().encode(body)), mayBeNative(body));
  assert.equal(mayBeNative(gzipSync('x')), true);
});

test('attributes that carry an event keep an empty body', () => {
  assert.equal(mayBeNative('', { 'rpc.method': 'StopLogging' }), true);
  assert.equal(mayBeNative('x', { 'cnapp.format': 'falco' }), true);
});

test('what is dismissed by its first byte and for want of a quote would be dismissed by its bytes', () => {
  const dismissed = [...ordinary, ...telling].filter((body) =>
    isPlainLine(Buffer.from(body)[0] ?? -1, body.includes('"')),
  );
  for (const body of dismissed) assert.equal(mayBeNative(body), false);
  assert.equal(isPlainLine('G'.charCodeAt(0), false), true);
  for (const text of telling.filter((body) => !body.includes('"'))) assert.ok(!dismissed.includes(text), text);
});
