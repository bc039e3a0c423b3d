import type { GateJson } from '@cnapp-slo/model';
import { percent } from '../api/pages/humanize.ts';
import { ApiClient, clientHelp, clientOptions } from './client.ts';
import { command, UsageError } from './command.ts';
import { plain } from './table.ts';

const help = `Usage: cnapp gate [options]

May this change go out? For pipelines: exit code 0 allow or warn, 1 block, 2 wrong usage, 3 when the processor could not be asked.
  --service NAME       what is released
  --environment NAME   where to
  --change-kind KIND   security_fix and rollback pass an exhausted budget; infrastructure, iam, network and data stop at a fast burn
  --tenant NAME
  --json               the API's answer as it is
${clientHelp}`;

const text = { type: 'string' } as const;
const couldNotAsk = 3;

export const run = command(
  'gate',
  help,
  { ...clientOptions, service: text, environment: text, 'change-kind': text, tenant: text, json: { type: 'boolean' } },
  async ({ values, positionals }, io) => {
    if (positionals.length > 0) throw new UsageError(`unexpected: ${positionals[0]}`);
    const { url, json, 'change-kind': change_kind, ...query } = values;
    const gate = await new ApiClient(url, io.env, couldNotAsk).get<GateJson>('/gate', { ...query, change_kind });
    io.stdout.write(json ? `${JSON.stringify(gate)}\n` : describe(gate));
    return gate.decision === 'block' ? 1 : 0;
  },
);

function describe({ decision, reasons, budget_remaining: left, expires_at: until }: GateJson): string {
  const lines = [
    `${decision}: ${left === null ? 'budget unknown' : `${percent(left)} of the tightest budget left`} (valid until ${until})`,
    ...reasons.map((reason) => `  ${reason}`),
  ];
  return lines.map((line) => `${plain(line)}\n`).join('');
}
