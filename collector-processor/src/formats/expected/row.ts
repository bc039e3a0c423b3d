import type { AssetRef, Observation, Rejection } from '@cnapp-slo/model';

/**
 * What one document says, as its tool's documentation reads it: file, kind of observation, identity, asset, severity, time, status.
 * The columns of each kind are in `rowsOf`. `receipt` stands for the time of receipt, `-` for what a kind does not have.
 */
export type Row = [
  file: string,
  kind: string,
  identity: string,
  asset: string,
  severity: string,
  at: string,
  status: string,
];

export const RECEIPT_MS = Date.UTC(2026, 10, 1);

/** The observations and rejections as rows without their file. */
export function rowsOf(observations: readonly Observation[], rejections: readonly Rejection[]): string[] {
  return [
    ...observations.map((observation) => columns(observation).join(' | ')),
    ...rejections.map(({ code }) => ['reject', code, '-', '-', '-', '-'].join(' | ')),
  ];
}

/** Each row as a table may have it: alone, with its asset's kind (`-` without an asset), and with the time of the advisory after that. */
export function rowFormsOf(observations: readonly Observation[], rejections: readonly Rejection[]): string[] {
  return rowsOf(observations, rejections).flatMap((row, at) => {
    const observation = observations[at];
    const kind = observation === undefined ? '-' : (assetOf(observation)?.kind ?? '-');
    const forms = [row, `${row} | ${kind}`];
    if (observation?.kind === 'finding' && observation.advisoryPublishedMs !== undefined)
      forms.push(`${row} | ${kind} | advisory ${timeOf(observation.advisoryPublishedMs)}`);
    return forms;
  });
}

function assetOf(observation: Observation): AssetRef | undefined {
  if (observation.kind === 'change') return observation.assets[0];
  return 'asset' in observation ? observation.asset : undefined;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

function columns(observation: Observation): string[] {
  const { kind, atMs } = observation;
  const at = atMs === RECEIPT_MS ? 'receipt' : timeOf(atMs);
  switch (observation.kind) {
    case 'finding': {
      const { rule, discriminator, asset, severity, verdict } = observation;
      return [kind, discriminator === undefined ? rule : `${rule} # ${discriminator}`, asset.id, severity, at, verdict];
    }
    case 'change':
      return [
        kind,
        observation.action,
        observation.assets[0]?.id ?? '-',
        observation.actor.kind,
        at,
        observation.outcome,
      ];
    case 'asset':
      return [kind, observation.asset.kind, observation.asset.id, '-', at, observation.state];
    case 'scan':
      return [kind, observation.scope, '-', '-', at, observation.complete ? 'complete' : 'incomplete'];
    case 'gate':
      return [kind, observation.gate, observation.repository, '-', at, observation.verdict];
    case 'heartbeat':
      return [kind, observation.agent, observation.node, '-', at, String(observation.dropped ?? '-')];
    case 'sbom':
      return [
        kind,
        observation.spec,
        observation.digest ?? observation.subject,
        '-',
        at,
        String(observation.components),
      ];
    default:
      return [kind, observation.action, observation.asset?.id ?? '-', observation.actor?.kind ?? '-', at, '-'];
  }
}
