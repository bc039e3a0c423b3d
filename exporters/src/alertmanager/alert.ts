import type { ChangeJson, IncidentJson } from '@cnapp-slo/model';
import type { AlertmanagerConfig } from './config.ts';

/** One element of the body of `POST /api/v2/alerts`. Labels are the alert's identity. */
export interface Alert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  generatorURL?: string;
}

/** Assets named in the annotation; a large incident names its first ones. */
const NAMED_ASSETS = 5;

/** The incident as an alert that is true from `startsMs` until `endsMs` (epoch ms). */
export function alertOf(
  incident: IncidentJson,
  change: ChangeJson | null,
  span: { startsMs: number; endsMs: number },
  config: Pick<AlertmanagerConfig, 'alertname' | 'labels' | 'public_url'>,
): Alert {
  const { id, title, severity, team, asset_ids } = incident;
  const more = asset_ids.length - NAMED_ASSETS;
  const page = config.public_url && `${config.public_url}/incidents/${encodeURIComponent(id)}`;
  const detectorClass = incident.members[0]?.detector_class;
  const runbook = detectorClass && config.public_url && `${config.public_url}/runbooks/${detectorClass}`;
  return {
    labels: { ...config.labels, alertname: config.alertname, cnapp_incident: id, severity, owner_team: team },
    annotations: {
      summary: title,
      asset: asset_ids.slice(0, NAMED_ASSETS).join(', ') + (more > 0 ? ` and ${more} more` : ''),
      ...(change && { change: `${change.title} (${change.id})` }),
      ...(page && { link: page }),
      ...(runbook && { runbook_url: runbook }),
    },
    startsAt: new Date(span.startsMs).toISOString(),
    endsAt: new Date(span.endsMs).toISOString(),
    ...(page && { generatorURL: page }),
  };
}
