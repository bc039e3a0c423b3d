import type { IncidentJson } from '@cnapp-slo/model';
import { isGroup, type Outbox, type OutboxEntry, roundOf } from './outbox.ts';

const UNOWNED = 'unowned';

/**
 * First notices of an incident whose owner became known, or another, after they were decided: all that people were or are to be
 * told of it in its present round. Empty while its owner is among those, where nobody owns it, or somebody has it.
 */
export function toldToOthers({ episode_ids, state, team }: IncidentJson, outbox: Outbox): OutboxEntry[] {
  if (state !== 'firing' || team === UNOWNED) return [];
  const ids = episode_ids.map((id) => `i_${id.slice(2)}`);
  const own = ids.flatMap((id) => outbox.of(id));
  const round = Math.max(1, ...own.map(roundOf));
  const groups = ids.flatMap((id) => outbox.groupsOf(id)).filter((id) => !outbox.isOver(id));
  const told = [...own.filter((entry) => roundOf(entry) === round), ...groups.flatMap((id) => outbox.of(id))];
  const opened = told.filter((entry) => entry.step === 'opened' && entry.state !== 'void');
  return opened.every((entry) => entry.team !== team) ? opened : [];
}

/** What was not sent to the former owner is not; answers what was, and is to be followed up with the new owner's name. */
export function withdraw(former: readonly OutboxEntry[], outbox: Outbox, team: string): OutboxEntry[] {
  const own = former.filter((entry) => !isGroup(entry));
  for (const entry of own) {
    const isUntold = (entry.state === 'held' || entry.state === 'pending') && entry.tried.length === 0;
    if (isUntold) outbox.change(entry, { state: 'void', reason: `handed over to ${team}` });
  }
  return own.filter(({ delivered }) => delivered !== null);
}
