import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { sloOverview } from './slo-overview/layout.ts';

/** Every dashboard, by the name of its file. */
export const DASHBOARDS: Readonly<Record<string, () => Dashboard>> = {
  'slo-overview': () => withPanelIds(sloOverview()),
};

/** Panels numbered in their order: the SDK leaves that to Grafana, which would then number them anew on every load and break links to a panel. */
function withPanelIds(dashboard: Dashboard): Dashboard {
  return { ...dashboard, panels: (dashboard.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 })) };
}
