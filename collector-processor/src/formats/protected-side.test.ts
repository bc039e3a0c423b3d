import assert from 'node:assert/strict';
import { test } from 'node:test';
import { protectedSide } from './protected-side.ts';

// Ranges: RFC 1918 section 3, RFC 6598 section 7, RFC 4193 section 3.1.
const cases: [source: string | undefined, destination: string | undefined, ours: string | undefined][] = [
  ['192.168.1.104', '72.5.123.29', '192.168.1.104'],
  ['72.5.123.29', '172.31.255.254', '172.31.255.254'],
  ['10.0.0.1', '10.0.0.2', '10.0.0.2'],
  ['203.0.113.1', '198.51.100.1', '198.51.100.1'],
  ['172.32.0.1', '198.51.100.1', '198.51.100.1'],
  ['fd12:3456::1', '2001:db8::1', 'fd12:3456::1'],
  ['100.64.0.1', '203.0.113.1', '100.64.0.1'],
  ['192.168.1.104', undefined, '192.168.1.104'],
  [undefined, undefined, undefined],
];

for (const [source, destination, ours] of cases) {
  test(`of ${source} and ${destination} ours is ${ours}`, () => assert.equal(protectedSide(source, destination), ours));
}
