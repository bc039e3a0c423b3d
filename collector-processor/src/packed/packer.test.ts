import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Dictionary, Packer } from './packer.ts';

const KEY = 'f_00112233445566778899aabbccddeeff';

function copy(packer: Packer, value: object, key = KEY): unknown {
  const length = packer.pack(value, key);
  // From a place of its own, with something else before it.
  const bytes = Buffer.concat([Buffer.from([1, 2, 3]), packer.bytes.subarray(0, length)]);
  return packer.unpack(bytes, 3, key);
}

const VALUES: Record<string, object> = {
  'nothing in it': {},
  'what JSON has': { a: null, b: true, c: false, d: [], e: [1, [2, { f: 3 }]], g: {} },
  integers: { n: [0, 1, 31, 32, 127, 128, 2 ** 28 - 1, 2 ** 28, 2 ** 31, 2 ** 32, 2 ** 48 - 1, 2 ** 48, 2 ** 53] },
  'other numbers': { n: [-1, -0, 0.1, -1e300, 5e-324, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] },
  'times that come again': { n: Array.from({ length: 40 }, (_, i) => 1_767_225_600_000 + (i % 11)) },
  texts: { t: ['', 'a', 'ä', '😀', '\u0000', 'x'.repeat(201), 'ü'.repeat(500), '\ud800'.toWellFormed()] },
  hex: { t: ['00112233445566778899aabbccddeeff', '0011223344556677', 'AABB001122334455', 'abc', 'abcd'] },
  'hex that comes again': {
    t: Array.from({ length: 40 }, (_, i) => `00112233445566778899aabbccddee${10 + (i % 11)}`),
  },
  'texts that begin with the key': { id: KEY, episode: `${KEY}.1`, both: [`${KEY}${KEY}`] },
  'keys in their order': { z: 1, a: 2, m: { z: 1, a: 2 } },
};

for (const [name, value] of Object.entries(VALUES)) {
  test(`packed and read again: ${name}`, () => {
    const packer = new Packer();
    // Three times: words are only made of what comes again.
    for (let i = 0; i < 3; i++) {
      const read = copy(packer, value);
      assert.deepEqual(read, value);
      assert.equal(JSON.stringify(read), JSON.stringify(value), 'keys in their order');
    }
    assert.deepEqual(copy(packer, value, ''), value, 'without a key');
  });
}

test('what is undefined is left out, as JSON leaves it out', () => {
  assert.deepEqual(copy(new Packer(), { a: undefined, b: 1, c: { d: undefined } }), { b: 1, c: {} });
});

test('a shared object is read as itself, and costs three bytes at most', () => {
  const packer = new Packer();
  const ref = { id: 'arn:aws:s3:::a-bucket-with-a-long-name', kind: 's3_bucket' };
  packer.share(ref);
  const read = copy(packer, { ref }) as { ref: object };
  assert.equal(read.ref, ref);
  assert.ok(packer.pack({ ref }, KEY) <= 1 + 3);
  assert.deepEqual(copy(packer, { ref: { ...ref } }), { ref }, 'an equal one is written as it is');
});

test('more texts than there are words, and more kinds of objects than fit a tag', () => {
  const packer = new Packer();
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 70_000; i += 1) packer.pack({ text: `text number ${i}` }, KEY);
  }
  for (let i = 0; i < 300; i++) {
    const value = { [`key${i}`]: `text number ${i * 233}`, other: `text number ${i}` };
    assert.deepEqual(copy(packer, value), value);
  }
});

test('texts that come again are written once', () => {
  const packer = new Packer();
  const value = { title: 'Check if S3 buckets have policies which allow WRITE access.' };
  const first = packer.pack(value, KEY);
  packer.pack(value, KEY);
  const later = packer.pack(value, KEY);
  assert.ok(first > 50);
  assert.equal(later, 2); // one byte for the object's keys, one for the text
});

test('who learned a dictionary, part by part, reads what was packed with it and goes on with it', () => {
  const [writer, reader] = [new Packer(), new Packer()];
  const ref = { id: 'arn:aws:s3:::a', kind: 's3_bucket' };
  const values: object[] = [
    { title: 'a title that comes again', nested: { z: 1, a: [{ b: 2 }] } },
    { ref, title: 'a title that comes again', more: { z: 1 } },
    { ref, other: 'another text', nested: { z: 'another text' } },
  ];
  const late = { late: 'a text that came later', nested: { late: ['a text that came later'] } };
  writer.share(ref);
  const rows: [value: object, bytes: Buffer][] = [];
  const pack = (value: object): void => {
    // Three times: words are only made of what comes again.
    for (let i = 0; i < 3; i++) rows.push([value, bytesOf(writer, value)]);
  };
  for (const value of values) pack(value);
  const mark = writer.mark;
  const stored = [JSON.stringify(writer.dictionary())];
  pack(late);
  stored.push(JSON.stringify(writer.dictionary(mark)));
  for (const part of stored) reader.learn(JSON.parse(part) as Dictionary);
  for (const [value, bytes] of rows) assert.deepEqual(reader.unpack(bytes, 0, KEY), value);
  const again = { late: 'a text that came later', fresh: { words: 'a text of the reader' } };
  for (let i = 0; i < 3; i++) assert.deepEqual(copy(reader, again), again);
  assert.deepEqual(bytesOf(reader, late), rows.at(-1)?.[1], 'what is known keeps its number');
});

function bytesOf(packer: Packer, value: object): Buffer {
  return Buffer.from(packer.bytes.subarray(0, packer.pack(value, KEY)));
}
