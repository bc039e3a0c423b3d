import type { MessageSources } from './message.ts';

/**
 * What a tier-1 run is given: functions that answer copies, and nothing else. Whatever gathers a message can reach no ledger,
 * store or state through them, whether by a method that they do not show or by changing what they answered.
 */
export function tierOneSources({ estate, slis, nowMs }: MessageSources): MessageSources {
  return Object.freeze({
    estate: Object.freeze({
      incident: (id: string) => structuredClone(estate.incident(id)),
      finding: (id: string) => structuredClone(estate.finding(id)),
      findings: (query: Parameters<typeof estate.findings>[0]) => structuredClone(estate.findings(query)),
      asset: (id: string) => structuredClone(estate.asset(id)),
    }),
    slis: Object.freeze({
      get: (...ask: Parameters<typeof slis.get>) => structuredClone(slis.get(...ask)),
    }),
    nowMs: () => nowMs(),
  });
}
