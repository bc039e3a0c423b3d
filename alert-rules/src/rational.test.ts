import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  add,
  compare,
  decimal,
  divide,
  format,
  multiply,
  ONE,
  parseDecimal,
  rational,
  subtract,
  toNumber,
} from './rational.ts';

test('the complement of an objective is printed as people write it', () => {
  assert.equal(format(subtract(ONE, decimal('0.999'))), '0.001');
  assert.equal(format(subtract(ONE, decimal('0.95'))), '0.05');
  assert.equal(format(multiply(decimal('14.4'), subtract(ONE, decimal('0.9995')))), '0.0072');
});

test('a number without a finite decimal form is rounded at the fifteenth place', () => {
  assert.equal(format(divide(decimal('2.8'), rational(3))), '0.933333333333333');
  assert.equal(format(rational(-2, 3)), '-0.666666666666667');
});

for (const [text, want] of [
  ['99.9', '99.9'],
  ['.5', '0.5'],
  ['1e-3', '0.001'],
  ['-2', '-2'],
  ['12E2', '1200'],
] as const) {
  test(`${text} is read as ${want}`, () => assert.equal(format(decimal(text)), want));
}

for (const text of ['', '.', 'x', '1.2.3', '0x10', 'NaN', '1e9999']) {
  test(`${JSON.stringify(text)} is no decimal`, () => assert.equal(parseDecimal(text), null));
}

test('arithmetic is exact where doubles are not', () => {
  assert.equal(compare(add(decimal('0.1'), decimal('0.2')), decimal('0.3')), 0);
  assert.equal(toNumber(decimal('0.3')), 0.3);
});
