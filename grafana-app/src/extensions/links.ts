import { type PluginExtensionAddedLinkConfig, PluginExtensionPoints } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { DATA_SOURCE_TYPE, PLUGIN_BASE_URL } from '../constants.ts';

/** What Grafana tells about an alert rule or an instance of one. */
interface AlertContext {
  rule?: { labels?: Record<string, string> };
  instance?: { labels?: Record<string, string> };
  labels?: Record<string, string>;
}

/** What Grafana tells about a panel, or about a pane of Explore. */
interface QueryContext {
  targets?: readonly { datasource?: { type?: string } | null; sli?: string; expr?: string }[];
}

/** As it is: Grafana hands out proxies, and reading a frozen object's members through one throws; reading how they are defined does not. */
const own = <T extends object, K extends keyof T>(of: T, name: K): T[K] | undefined =>
  Object.getOwnPropertyDescriptor(of, name)?.value;

/** The page about an alert: its incident, else its SLO; null for alerts that are not ours. */
export function alertPath(context: AlertContext): string | null {
  const all = {
    ...own(context, 'rule')?.labels,
    ...own(context, 'labels'),
    ...own(context, 'instance')?.labels,
  };
  if (all.cnapp_incident) return `${PLUGIN_BASE_URL}/incidents/${encodeURIComponent(all.cnapp_incident)}`;
  return all.slo ? `${PLUGIN_BASE_URL}/slis/${encodeURIComponent(all.slo)}` : null;
}

/** The page of the SLI that a panel is about; null when it is about none, or several. */
export function queryPath({ targets = [] }: QueryContext): string | null {
  const slis = new Set(
    targets.flatMap(({ datasource, sli, expr }) => {
      if (datasource?.type === DATA_SOURCE_TYPE && sli) return [sli];
      return [...(expr ?? '').matchAll(/\bcnapp[\w:]*\{[^}]*\bsl[io]="([\w-]+)"/g)].flatMap(([, id]) => id ?? []);
    }),
  );
  const [only] = slis;
  return slis.size === 1 && only !== undefined ? `${PLUGIN_BASE_URL}/slis/${encodeURIComponent(only)}` : null;
}

const pathOf = (context: AlertContext | undefined) => (context === undefined ? null : alertPath(context));

/** Shown only where it leads somewhere. */
const leadsTo = <Context extends object>(pathFor: (context: Context) => string | null) => ({
  path: PLUGIN_BASE_URL,
  configure: (context?: object) => {
    const path = context === undefined ? null : pathFor(context as Context);
    return path === null ? undefined : { path };
  },
});

/**
 * Every link into our pages from elsewhere in Grafana. The menu of a panel cuts titles after 25 characters. The command palette and the menu of an alert rule run `onClick` and follow no path. Titles and descriptions stand in plugin.json as well, letter by letter.
 */
export const LINKS: readonly PluginExtensionAddedLinkConfig[] = [
  {
    title: 'Explain in CNAPP SLO',
    description: 'The episodes behind the number',
    targets: [PluginExtensionPoints.DashboardPanelMenu, PluginExtensionPoints.ExploreToolbarAction],
    icon: 'question-circle',
    ...leadsTo(queryPath),
  },
  {
    title: 'Open alert in CNAPP SLO',
    description: 'The objective that this alert rule is about',
    targets: [PluginExtensionPoints.AlertingAlertingRuleAction],
    icon: 'bell',
    configure: (context?: AlertContext) => (pathOf(context) === null ? undefined : {}),
    onClick: (_, { context }) => {
      const path = pathOf(context as AlertContext | undefined);
      if (path !== null) locationService.push(path);
    },
  },
  {
    title: 'Open instance in CNAPP SLO',
    description: 'The incident or the objective that this alert is about',
    targets: [PluginExtensionPoints.AlertInstanceAction],
    icon: 'bell',
    ...leadsTo(alertPath),
  },
  {
    title: 'Security SLO overview',
    description: 'Objectives, error budgets, and whether the numbers can be trusted',
    targets: [PluginExtensionPoints.CommandPalette],
    onClick: () => locationService.push(`${PLUGIN_BASE_URL}/overview`),
  },
  {
    title: 'Security incidents on-call',
    description: 'What fires now, and whose it is',
    targets: [PluginExtensionPoints.CommandPalette],
    onClick: () => locationService.push(`${PLUGIN_BASE_URL}/on-call`),
  },
];
