import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SLIS } from '@cnapp-slo/model';
import { productSlos } from '../generate.ts';
import { lint } from './lint.ts';
import { DEFAULT_OPTIONS } from './options.ts';
import { toNumber } from './rational.ts';

const slos = await productSlos();

for (const { definition } of SLIS.filter((sli) => sli.definition.objective !== null)) {
  test(`the SLO of ${definition.id} has its objective and counts as it does`, () => {
    const slo = slos.find(({ id }) => id === definition.id);
    assert.ok(slo);
    assert.equal(toNumber(slo.objective), definition.objective);
    assert.equal(slo.exactCounts?.lowTraffic, definition.counting !== 'time', 'seconds are no independent events');
    assert.equal(slo.productSli, definition.id);
  });
}

test('the product keeps its own lint', () => {
  assert.deepEqual(lint(slos, DEFAULT_OPTIONS), []);
});
