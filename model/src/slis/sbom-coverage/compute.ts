import { SIGHTING_MS } from '../../domain/artifact-record.ts';
import { covers, intersection, lengthMs, type Range, unionOf } from '../../domain/ranges.ts';
import { counted, tally } from '../members.ts';
import type { ArtifactView, SliComputation, SliInput, SliMember } from '../sli.ts';
import { share } from '../statistics.ts';
import { MINIMUM_RUN_MS } from './definition.ts';

/** M7: every digest that ran for ten minutes of the window, legacy included. */
export function compute(input: SliInput): SliComputation {
  const members: SliMember[] = [];
  const instances = { all: 0, covered: 0 };
  const critical = { all: 0, covered: 0 };
  const of = { signed: 0, minimal: 0, atEnd: 0, rescanned: 0 };
  let empty = 0;
  for (const view of input.artifacts) {
    const runs = runsOf(view, input);
    if (runs.length === 0) continue;
    const known = view.record.sboms.filter((sbom) => sbom.atMs <= input.toMs);
    const isCovered = known.some((sbom) => sbom.components > 0);
    const member = memberOf(view, isCovered, known.length > 0);
    members.push(member);
    if (lengthMs(unionOf(runs.map((run) => [run]))) < MINIMUM_RUN_MS) {
      Object.assign(member, { role: 'excluded', reason: 'short_lived' });
      continue;
    }
    if (!isCovered && known.length > 0) empty += 1;
    const listing = known.filter((sbom) => sbom.components > 0);
    if (listing.some(({ signed }) => signed)) of.signed += 1;
    if (listing.some(({ minimal }) => minimal)) of.minimal += 1;
    const isAtEnd = runs.some(([, endMs]) => endMs === input.toMs);
    if (isAtEnd) of.atEnd += 1;
    if (isAtEnd && covers(view.record.scanned ?? [], input.toMs)) of.rescanned += 1;
    instances.all += runs.length;
    if (isCovered) instances.covered += runs.length;
    if (!view.assets.some(({ criticality }) => criticality === 'c0' || criticality === 'c1')) continue;
    critical.all += 1;
    if (isCovered) critical.covered += 1;
  }
  const { good, bad } = tally(members);
  return {
    value: share(good, good + bad),
    good,
    bad,
    members,
    companions: {
      instance_weighted: share(instances.covered, instances.all),
      critical: share(critical.covered, critical.all),
      signed: share(of.signed, good + bad),
      minimum_elements: share(of.minimal, good + bad),
      rescanned: share(of.rescanned, of.atEnd),
      build_coverage: buildCoverage(input),
      without_components: good + bad > 0 ? empty : null,
    },
  };
}

/** A build has an SBOM when one of what it gave has. */
function buildCoverage({ artifacts, fromMs, toMs }: SliInput): number | null {
  const builds = new Map<string, boolean>();
  for (const { record } of artifacts) {
    const hasSbom = record.sboms.some(({ components, atMs }) => components > 0 && atMs <= toMs);
    for (const [id, atMs] of Object.entries(record.builds ?? {}))
      if (atMs > fromMs && atMs <= toMs) builds.set(id, hasSbom || builds.get(id) === true);
  }
  return share([...builds.values()].filter(Boolean).length, builds.size);
}

/** When each asset ran it, within the window: from its first sight until a day after the last, or the asset's end. */
function runsOf({ record, assets }: ArtifactView, { fromMs, toMs }: SliInput): Range[] {
  const ends = new Map(assets.map((asset) => [asset.ref.id, asset.deletedMs]));
  return Object.entries(record.seen).flatMap(([id, [firstMs, lastMs]]) => {
    const endMs = Math.min(lastMs + SIGHTING_MS, ends.get(id) ?? Number.POSITIVE_INFINITY);
    return intersection([[firstMs, endMs]], [[fromMs, toMs]]);
  });
}

function memberOf({ record, assets }: ArtifactView, isCovered: boolean, hasSbom: boolean): SliMember {
  const [first] = assets;
  const title = record.sboms[0]?.subject ?? first?.ref.name ?? record.digest;
  const subject = { title, assetId: first?.ref.id ?? record.digest, team: first?.team ?? 'unowned' };
  if (isCovered) return counted(record.digest, 'good', null, subject);
  return counted(record.digest, 'bad', hasSbom ? 'sbom_lists_nothing' : 'no_sbom', subject);
}
