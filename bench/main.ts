/** `npm run bench [-- --only LANE] [--rounds N]`: a JSON line a lane. Needs Linux, `taskset` and two cores. */
import { parseArgs } from 'node:util';
import { lanes } from './lanes/index.ts';

const { values } = parseArgs({ options: { only: { type: 'string' }, rounds: { type: 'string', default: '9' } } });
const { only } = values;
const wanted = Object.entries(lanes).filter(
  ([name]) => only === undefined || name === only || name.startsWith(`${only}-`),
);
if (wanted.length === 0) {
  process.stderr.write(`no lane ${only}; there are ${Object.keys(lanes).join(', ')}\n`);
  process.exit(2);
}
for (const [, run] of wanted) process.stdout.write(`${JSON.stringify(await run(Number(values.rounds)))}\n`);
