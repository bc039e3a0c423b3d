import type { NotificationConfig, OwnerConfig } from './config.ts';
import { DEFAULT_ROUTES } from './default-routes.ts';
import type { Route, Urgency } from './routing.ts';

/** What somebody is told for: an urgency of incidents, or a plan that waits for a yes. */
export type Occasion = Urgency | 'approval';

const NOBODY: OwnerConfig = { page: [], ticket: [], digest: [], approval: [] };
/** Whose channels are used where none are named for it; nobody is woken for a plan. */
const OTHERS: Readonly<Record<Occasion, readonly Urgency[]>> = {
  page: ['page', 'ticket'],
  ticket: ['page', 'ticket'],
  digest: [],
  approval: ['ticket'],
};

export function routesOf({
  routes = [...DEFAULT_ROUTES] as NonNullable<NotificationConfig['routes']>,
}: NotificationConfig): readonly Route[] {
  return routes;
}

/** Where the team is told. One that named no channels for this has those of the default owner, and then those of its tickets or pages. */
export function chainsOf(
  config: NotificationConfig,
  team: string,
  tenant: string,
  occasion: Occasion,
): readonly string[][] {
  const { owners, default_owner: fallback = NOBODY } = config;
  const owner = owners[`${tenant}/${team}`] ?? owners[team] ?? fallback;
  const choices = [occasion, ...OTHERS[occasion]].flatMap((one) => [owner[one], fallback[one]]);
  return choices.find((chains) => chains.length > 0) ?? [];
}
