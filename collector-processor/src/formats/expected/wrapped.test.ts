import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Json } from '@cnapp-slo/model';
import { recognise } from '../index.ts';
import { RECEIPT_MS, rowsOf } from './row.ts';

/** What carries a document says nothing about it here: the document says the same in each. */
const carriers: [name: string, wrap: (doc: Json) => Uint8Array | string | Json][] = [
  ['a list', (doc) => [doc]],
  [
    'text with a byte order mark and carriage returns',
    (doc) => `\ufeff${JSON.stringify(doc, null, 2)}`.replaceAll('\n', '\r\n'),
  ],
  ['UTF-16', (doc) => new Uint8Array(Buffer.from(`\ufeff${JSON.stringify(doc)}`, 'utf16le'))],
  ['gzip', (doc) => new Uint8Array(gzipSync(JSON.stringify(doc)))],
  ['zstd', (doc) => new Uint8Array(zstdCompressSync(JSON.stringify(doc)))],
  ['JSON in a JSON string', (doc) => JSON.stringify(JSON.stringify(doc))],
  ['a JSON text sequence', (doc) => `\u001e${JSON.stringify(doc)}\n`],
  ['lines of a log around it', (doc) => `INFO [main] starting {1}\n${JSON.stringify(doc, null, 2)}\nINFO done\n`],
  ['a tagged line', (doc) => `Jan  2 03:04:05 host tool[12]: ${JSON.stringify(doc)}`],
  ['a CloudEvent', (doc) => ({ specversion: '1.0', id: '1', type: 'com.example', source: '/s', data: doc })],
  [
    'SNS in SQS',
    (doc) => ({ Messages: [{ Body: JSON.stringify({ Type: 'Notification', Message: JSON.stringify(doc) }) }] }),
  ],
  ['Kafka Connect', (doc) => ({ schema: { type: 'string', optional: false }, payload: JSON.stringify(doc) })],
  ['Firehose', (doc) => ({ records: [{ data: Buffer.from(JSON.stringify(doc)).toString('base64') }] })],
  ['an Event Hub batch', (doc) => ({ records: [doc] })],
  ['Elasticsearch hits', (doc) => ({ hits: { hits: [{ _index: 'i', _source: doc }] } })],
  ['a captured request', (doc) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(doc) })],
  ['a webhook form', (doc) => `payload=${encodeURIComponent(JSON.stringify(doc))}`],
  ['members in another order', (doc) => (isPlain(doc) ? Object.fromEntries(Object.entries(doc).reverse()) : doc)],
  ['members that nobody knows', (doc) => (isPlain(doc) ? { ...doc, '未知 ☃': null, zz: 1e300 } : doc)],
];

function isPlain(doc: Json): doc is { [key: string]: Json } {
  return typeof doc === 'object' && doc !== null && !Array.isArray(doc);
}

const folder = join(import.meta.dirname, '..');
/** Documents one by one; an OTLP file's say what they are by what is around them. */
const documents = globSync('*/testdata/*.in.json', { cwd: folder }).flatMap((path) => {
  const value = JSON.parse(readFileSync(join(folder, path), 'utf8')) as Json;
  const found = Array.isArray(value) ? value : [value];
  return found.filter((doc) => isPlain(doc) && !Object.keys(doc).some((key) => key.startsWith('resource')));
});

const read = (input: Uint8Array | string | Json) => {
  const { byFormat, observations, rejections } = recognise(input, {
    resource: {},
    attributes: {},
    receivedMs: RECEIPT_MS,
  });
  return { byFormat, rows: rowsOf(observations, rejections) };
};

for (const [name, wrap] of carriers) {
  test(`${documents.length} documents say the same in ${name}`, () => {
    for (const doc of documents) {
      // With a member more it is no longer just a version.
      if (name.startsWith('members that') && Object.keys(doc as object).length === 1) continue;
      assert.deepEqual(read(wrap(doc)), read(doc), JSON.stringify(doc).slice(0, 300));
    }
  });
}
