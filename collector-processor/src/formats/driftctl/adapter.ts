import type { AssetRef, Decoded, DriftKind, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { terraformAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { accept, reject } from '../observe.ts';
import { evidence, isObject, objects, str } from '../read.ts';
import { type Reported, scanReport } from '../scan-report.ts';
import { eventTime } from '../time.ts';

/** driftctl's JSON: managed, unmanaged, missing and changed resources. Archived project. Source: github.com/snyk/driftctl. */
export const driftctl: FormatAdapter = {
  id: 'driftctl',
  stability: 'beta',
  matches: (doc) => isObject(doc) && isObject(doc.summary) && 'total_unmanaged' in doc.summary && 'coverage' in doc,
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('driftctl.schema', 'not an object');
  const atMs = eventTime(envelope, doc.date);
  const asset = (resource: JsonObject): AssetRef =>
    terraformAsset(
      str(resource, 'type') ?? 'resource',
      addressOf(resource),
      { id: str(resource, 'id') ?? '_' },
      envelope,
    );
  const line = (resource: JsonObject, kind: DriftKind | undefined, changed?: string[]): Reported => ({
    rule: 'driftctl_drift',
    title: `${addressOf(resource)} is ${kind ?? 'in sync'}`,
    asset: asset(resource),
    verdict: kind === undefined ? 'pass' : 'fail',
    severity: 'medium',
    drift: kind === undefined ? undefined : { kind, ...(changed === undefined ? {} : { changed }) },
    ...evidence({ address: addressOf(resource), changed: changed?.join(', ') }),
  });
  const changed = objects(doc, 'differences').map((difference) => {
    const paths = objects(difference, 'changelog').map((entry) =>
      Array.isArray(entry.path) ? entry.path.join('.') : (str(entry, 'path') ?? '_'),
    );
    return { resource: objects(difference, 'res')[0] ?? {}, paths: [...new Set(paths)].slice(0, 20) };
  });
  const lines = [
    ...changed.map(({ resource, paths }) => line(resource, 'modified', paths)),
    ...objects(doc, 'unmanaged').map((resource) => line(resource, 'unmanaged')),
    ...objects(doc, 'missing').map((resource) => line(resource, 'missing')),
    ...objects(doc, 'managed').map((resource) => line(resource, undefined)),
  ];
  const scope = `driftctl/${str(envelope.resource, 'cnapp.scope') ?? str(envelope.resource, 'cloud.account.id') ?? '_'}`;
  // An alert says that something could not be listed: what it lacks may well be there.
  const alerts = isObject(doc.alerts) && Object.keys(doc.alerts).length > 0;
  return accept(
    ...scanReport(
      {
        detector: 'driftctl',
        detectorClass: 'drift',
        scope,
        scanId: contentId([scope, atMs, lines.length]),
        atMs,
        complete: !alerts,
        absenceCloses: true,
        ...(alerts ? { error: 'some resources could not be listed' } : {}),
      },
      lines,
    ),
  );
}

function addressOf(resource: JsonObject): string {
  const name = str(resource, 'source', 'internal_name');
  return `${str(resource, 'type') ?? 'resource'}.${name ?? str(resource, 'id') ?? '_'}`;
}
