import type { NotificationConfig, OwnerConfig } from './config.ts';
import { DEFAULT_ROUTES } from './default-routes.ts';
import type { Route, Urgency } from './routing.ts';

const NOBODY: OwnerConfig = { page: [], ticket: [], digest: [] };

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
  urgency: Urgency,
): readonly string[][] {
  const { owners, default_owner: fallback = NOBODY } = config;
  const owner = owners[`${tenant}/${team}`] ?? owners[team] ?? fallback;
  const others: Urgency[] = urgency === 'digest' ? [] : ['page', 'ticket'];
  const choices = [owner[urgency], fallback[urgency], ...others.flatMap((other) => [owner[other], fallback[other]])];
  return choices.find((chains) => chains.length > 0) ?? [];
}
