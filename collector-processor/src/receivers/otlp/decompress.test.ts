import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { compressionOf, decompress } from './decompress.ts';

const limit = 1024 * 1024;
const random = Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))); // stays above the 32 KiB for the thread pool
const bodies = { empty: Buffer.alloc(0), small: Buffer.from('small'), exact: Buffer.alloc(limit, 'x'), random };

for (const [name, body] of Object.entries(bodies)) {
  test(`what was compressed comes back whole: ${name}`, async () => {
    for (const [compression, bytes] of [
      ['none', body],
      ['gzip', gzipSync(body)],
      ['zstd', zstdCompressSync(body)],
    ] as const) {
      const result = await decompress(bytes, compression, limit);
      assert.ok(result.ok, compression);
      assert.deepEqual(Buffer.from(result.bytes), body);
    }
  });
}

test('a bomb stops at the limit', async () => {
  const bomb = Buffer.alloc(200 * limit);
  for (const compression of ['gzip', 'zstd'] as const) {
    const bytes = compression === 'gzip' ? gzipSync(bomb) : zstdCompressSync(bomb);
    const before = process.memoryUsage().rss;
    assert.deepEqual(await decompress(bytes, compression, limit), { ok: false, reason: 'too_large' });
    assert.ok(process.memoryUsage().rss - before < 64 * limit);
  }
});

test('a length that lies changes nothing', async () => {
  const gzip = gzipSync(Buffer.from('a body'));
  gzip.writeUInt32LE(0xffffffff, gzip.length - 4);
  assert.deepEqual(await decompress(gzip, 'gzip', limit), { ok: false, reason: 'corrupt' });
});

test('a zstd frame that asks for a window of 128 MiB is refused', async () => {
  const frame = zstdCompressSync(Buffer.alloc(limit / 2), { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } });
  const allowed = await decompress(frame, 'zstd', limit);
  frame[5] = (27 - 10) << 3; // the window descriptor, RFC 8878 section 3.1.1.1.2
  const refused = await decompress(frame, 'zstd', limit);
  assert.deepEqual([allowed.ok, refused.ok], [true, false]);
});

for (const compression of ['gzip', 'zstd'] as const) {
  test(`${compression}: what is cut, or none of it, is corrupt`, async () => {
    const whole = compression === 'gzip' ? gzipSync(random) : zstdCompressSync(random);
    for (const bytes of [whole.subarray(0, 50_000), Buffer.from('nothing of it'), Buffer.alloc(0)]) {
      assert.deepEqual(await decompress(bytes, compression, limit), { ok: false, reason: 'corrupt' });
    }
  });
}

test('many at once all finish', async () => {
  const gzip = gzipSync(random);
  const results = await Promise.all(Array.from({ length: 20 }, () => decompress(gzip, 'gzip', limit)));
  assert.ok(results.every((result) => result.ok && result.bytes.byteLength === random.length));
});

test('headers name the compression', () => {
  assert.deepEqual(['gzip', 'zstd', 'identity', undefined, '', 'br'].map(compressionOf), [
    'gzip',
    'zstd',
    'none',
    'none',
    'none',
    null,
  ]);
});
