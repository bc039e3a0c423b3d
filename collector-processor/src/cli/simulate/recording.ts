import type { AssetRef, Criticality, Observation, RecordedItem } from '@cnapp-slo/model';
import { eventClassOf, hostMinute, senderOf, tierOf } from '@cnapp-slo/model';
import { detect } from '../../formats/index.ts';
import { peel } from '../../formats/peel/index.ts';
import { type DeclaredAsset, declaredFor } from '../../sampling/config.ts';
import { CommandError } from '../command.ts';
import { filesUnder, piecesOf } from '../files.ts';
import { alertTable, type Place } from './alert-table.ts';

export interface RecordingSettings {
  assets: readonly DeclaredAsset[];
  /** `file`: all that a file holds is one attack. `alerts`: alerts of one rule on one asset within an hour. */
  phases: 'file' | 'alerts';
  /** Which criticality the inventory gives an asset; undefined: it does not know it. */
  criticalityOf?: (assetId: string) => Criticality | undefined;
}

const ALERT_GROUP_MS = 3_600_000;

/** An unsampled window from files: telemetry in any known format, or tables of alerts as `alert-table.ts` reads them. */
export async function readRecording(paths: readonly string[], settings: RecordingSettings): Promise<RecordedItem[]> {
  const items: RecordedItem[] = [];
  for (const file of filesUnder(paths)) {
    try {
      const isTable = /\.csv(\.gz)?$/i.test(file);
      if (isTable) for (const item of alertTable(file, (names) => placeOf(names, settings))) items.push(item);
      else
        for await (const piece of piecesOf(file)) for (const item of itemsOf(piece, file, settings)) items.push(item);
    } catch (error) {
      if (error instanceof CommandError) throw error;
      throw new CommandError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return items.sort((a, b) => a.atMs - b.atMs);
}

function placeOf(names: readonly string[], { assets, criticalityOf }: RecordingSettings): Place {
  const declared = declaredFor(assets, names);
  const criticality =
    names.map((name) => criticalityOf?.(name)).find((found) => found !== undefined) ?? declared?.criticality ?? null;
  const { tier } = tierOf(
    {
      criticality,
      dataClass: declared?.dataClass ?? null,
      exposure: declared?.exposure ?? null,
      isKnownExploited: false,
      hasOpenIncident: false,
      promotion: null,
    },
    0,
  );
  return { criticality, tier };
}

function* itemsOf(piece: Uint8Array, file: string, settings: RecordingSettings): Generator<RecordedItem> {
  const envelope = { resource: {}, attributes: {}, receivedMs: 0, path: file };
  for (const { doc, envelope: known } of peel(piece, envelope).docs) {
    const format = detect(doc, known);
    const observations = format?.decode(doc, known).observations ?? [];
    const first = observations[0];
    if (!format || !first) continue;
    const asset = observations.map(assetOf).find((one) => one !== undefined);
    const sender = senderOf(known.resource);
    const name = asset?.id ?? (sender === 'unknown' ? scopeOf(asset) : sender);
    const rule = ruleOf(first);
    const isAlert = first.kind === 'finding';
    yield {
      atMs: first.atMs,
      events: 1,
      bytes: Buffer.byteLength(JSON.stringify(doc)),
      unit: hostMinute(sender === 'unknown' ? scopeOf(asset) : sender, first.atMs),
      template: `${format.id} ${rule ?? first.kind}`,
      asset: name,
      source: format.id,
      eventClass: eventClassOf(format.id, observations),
      rule,
      phase:
        settings.phases === 'file'
          ? file
          : isAlert
            ? `${rule} ${name} ${Math.floor(first.atMs / ALERT_GROUP_MS)}`
            : null,
      ...placeOf([name, asset?.name ?? name, sender], settings),
    };
  }
}

function assetOf(observation: Observation): AssetRef | undefined {
  if (observation.kind === 'change') return observation.assets[0];
  return 'asset' in observation ? observation.asset : undefined;
}

/** Cloud audit logs name no host: what shares an account shares a minute's fate. */
function scopeOf(asset: AssetRef | undefined): string {
  return asset?.account ?? asset?.cluster ?? 'unknown';
}

function ruleOf(observation: Observation): string | null {
  if (observation.kind === 'finding') return observation.rule;
  return 'action' in observation ? observation.action : null;
}
