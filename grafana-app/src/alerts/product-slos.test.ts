import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { productSlos } from './product-slos.ts';

test('every SLO of the product is offered', () => {
  const files = readdirSync(join(__dirname, '../../../alert-rules/slos')).filter((name) => name.endsWith('.yaml'));
  expect(productSlos()).toHaveLength(files.length);
});
