import type { RecordedItem, Replayed, Simulation, SimulationSettings } from '@cnapp-slo/model';
import { bytesOf, optimalPolicy, paretoCurve, replay, seeded, simulate, TIERS, type Tier } from '@cnapp-slo/model';
import { CommandError, command, type Io, UsageError } from './command.ts';
import { type RecordingSettings, readRecording } from './simulate/recording.ts';
import { curveText, simulationText } from './simulate/report.ts';
import { readTiers } from './tiers-file.ts';

const help = `Usage: cnapp simulate PATH... [options]

What sampling tiers would keep, cost and miss on a recorded window: files and folders of telemetry, or tables of alerts (CSV).
  --tiers FILE      the candidate: probabilities, prices, criticality of assets (docs/sampling.md); without it the defaults
  --budget SHARE    also the best allocation for this share of the bytes (0.7 or 70%)
  --whole TIERS     tiers that the best allocation keeps whole (default T0)
  --phases WHAT     what a detection is: alerts (of a rule on an asset within an hour; default), or file (each file is one attack)
  --replay SEEDS    also play the sampler over the window with as many seeds, beside what was predicted
  --pareto          also cost against recall along the best allocations
  --json            everything as one JSON object
`;

const text = { type: 'string' } as const;

export const run = command(
  'simulate',
  help,
  {
    tiers: text,
    budget: text,
    whole: { type: 'string', default: 'T0' },
    phases: { type: 'string', default: 'alerts' },
    replay: text,
    pareto: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  async ({ values, positionals }, io) => {
    if (positionals.length === 0) throw new UsageError('simulate what? Name files or folders of recorded telemetry');
    if (values.phases !== 'alerts' && values.phases !== 'file') throw new UsageError('--phases: alerts or file');
    const whole = tiersIn(values.whole);
    const seeds = values.replay === undefined ? 0 : Number(values.replay);
    if (!Number.isInteger(seeds) || seeds < 0) throw new UsageError('--replay: want a number of seeds');
    const tiers = readTiers(values.tiers);
    const recording: RecordingSettings = { assets: tiers.assets, phases: values.phases };
    const items = await readRecording(positionals, recording);
    if (items.length === 0) throw new CommandError('there is no telemetry of a known format in these files');
    const settings: SimulationSettings = { policy: tiers.policy, prices: tiers.prices, seconds: secondsOf(items) };
    const answer = {
      candidate: simulate(items, settings),
      ...(seeds > 0 && { replay: replayed(items, settings, seeds) }),
      ...(values.budget !== undefined && { budget: withinBudget(items, settings, shareIn(values.budget), whole) }),
      ...(values.pareto && { pareto: paretoCurve(items, settings, whole) }),
    };
    if (values.json) io.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    else print(answer, io);
    return 0;
  },
);

interface Answer {
  candidate: Simulation;
  replay?: ReplaySummary;
  budget?: { probability: Readonly<Record<Tier, number>>; simulation: Simulation };
  pareto?: ReturnType<typeof paretoCurve>;
}

interface ReplaySummary {
  seeds: number;
  recall: number | null;
  kept_bytes: number;
  /** How far the mean is from the prediction, in standard deviations of one draw. */
  kept_bytes_off_sigma: number;
}

function print(answer: Answer, { stdout }: Io): void {
  stdout.write(simulationText(answer.candidate));
  if (answer.replay) {
    const { seeds, recall, kept_bytes: kept } = answer.replay;
    stdout.write(
      `\n${seeds} replays: recall ${recall?.toFixed(4) ?? 'no data'}, ${Math.round(kept)} bytes kept on average\n`,
    );
  }
  if (answer.budget) {
    const { probability, simulation } = answer.budget;
    const shares = TIERS.map((tier) => `${tier} ${probability[tier].toPrecision(3)}`).join(', ');
    stdout.write(`\nBest for the budget: ${shares}\n\n${simulationText(simulation)}`);
  }
  if (answer.pareto) stdout.write(`\n${curveText(answer.pareto)}`);
}

function replayed(
  items: readonly RecordedItem[],
  { policy, ...rest }: SimulationSettings,
  seeds: number,
): ReplaySummary {
  const draws: Replayed[] = replay(
    items,
    policy,
    Array.from({ length: seeds }, (_, seed) => seeded(seed + 1)),
  );
  const mean = (of: (draw: Replayed) => number): number => draws.reduce((sum, draw) => sum + of(draw), 0) / seeds;
  const { total } = simulate(items, { policy, ...rest });
  const kept = mean(({ keptBytes }) => keptBytes);
  return {
    seeds,
    recall: draws[0]?.recall === null ? null : mean(({ recall }) => recall ?? 0),
    kept_bytes: kept,
    kept_bytes_off_sigma: total.kept_bytes_sigma > 0 ? (kept - total.kept_bytes) / total.kept_bytes_sigma : 0,
  };
}

function withinBudget(
  items: readonly RecordedItem[],
  settings: SimulationSettings,
  share: number,
  whole: readonly Tier[],
): NonNullable<Answer['budget']> {
  const policy = optimalPolicy(items, settings.policy, bytesOf(items) * share, whole);
  if (policy === null)
    throw new CommandError(`what must be kept is more than ${share * 100} % of the bytes; name fewer tiers in --whole`);
  return { probability: policy.probability, simulation: simulate(items, { ...settings, policy }) };
}

function secondsOf(items: readonly RecordedItem[]): number {
  return Math.max(60, ((items.at(-1)?.atMs ?? 0) - (items[0]?.atMs ?? 0)) / 1000);
}

function tiersIn(text: string): Tier[] {
  const names = text.split(',').filter((name) => name !== '');
  const wrong = names.find((name) => !TIERS.includes(name as Tier));
  if (wrong !== undefined) throw new UsageError(`--whole: ${wrong} is no tier (${TIERS.join(', ')})`);
  return names as Tier[];
}

function shareIn(text: string): number {
  const share = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (!(share > 0 && share <= 1)) throw new UsageError('--budget: want a share of the bytes such as 0.7 or 70%');
  return share;
}
