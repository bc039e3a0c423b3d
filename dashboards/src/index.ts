import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { debug } from './debug/layout.ts';
import { executive } from './executive/layout.ts';
import { onCall } from './on-call/layout.ts';
import { pipeline } from './pipeline/layout.ts';
import { sli } from './sli/layout.ts';
import { sloOverview } from './slo-overview/layout.ts';

const builders: Readonly<Record<string, () => Dashboard>> = {
  'slo-overview': sloOverview,
  executive,
  'on-call': onCall,
  debug,
  sli,
  pipeline,
};

/** Every dashboard, by the name of its file. */
export const DASHBOARDS: Readonly<Record<string, () => Dashboard>> = Object.fromEntries(
  Object.entries(builders).map(([name, build]) => [name, () => withPanelIds(build())]),
);

/** Panels numbered in their order: the SDK leaves that to Grafana, which would then number them anew on every load and break links to a panel. */
function withPanelIds(dashboard: Dashboard): Dashboard {
  return { ...dashboard, panels: (dashboard.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 })) };
}
