/** The same rules for Grafana's HTTP API, which installs and upgrades them without files. Field names differ from the files'. */
import { type GrafanaGroup, grafanaGroup } from './grafana.ts';
import { healthGrafanaGroup } from './health.ts';
import type { CompileOptions } from './options.ts';
import type { Slo } from './slo.ts';

export interface ApiRequest {
  method: 'PUT';
  /** Below Grafana's URL. */
  path: string;
  body: {
    title: string;
    folderUid: string;
    /** Seconds. */
    interval: number;
    rules: Record<string, unknown>[];
  };
}

/** Replaces the SLO's rule group in a folder that exists. Rules keep their uids, so that silences and history stay. */
export function grafanaApiRequest(slo: Slo, folderUid: string, options: CompileOptions): ApiRequest {
  return groupRequest(grafanaGroup(slo, options), folderUid, options);
}

/** As `grafanaApiRequest`, for the rules on the processor's own silence. */
export function grafanaHealthRequest(folderUid: string, options: CompileOptions): ApiRequest {
  return groupRequest(healthGrafanaGroup(options), folderUid, options);
}

function groupRequest(group: GrafanaGroup, folderUid: string, options: CompileOptions): ApiRequest {
  return {
    method: 'PUT',
    path: `/api/v1/provisioning/folder/${encodeURIComponent(folderUid)}/rule-groups/${encodeURIComponent(group.name)}`,
    body: {
      title: group.name,
      folderUid,
      interval: options.evaluationMs / 1000,
      rules: group.rules.map(({ keepFiringFor, title, labels, ...rule }) => ({
        ...rule,
        // Only files expand `$`, where it is doubled.
        title: unexpanded(title),
        labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, unexpanded(value)])),
        orgID: group.orgId,
        folderUID: folderUid,
        ruleGroup: group.name,
        ...(keepFiringFor === undefined ? {} : { keep_firing_for: keepFiringFor }),
      })),
    },
  };
}

const unexpanded = (text: string): string => text.replaceAll('$$', '$');
