import { DEFAULT_DEADLINES } from '../domain/deadline.ts';
import { NO_FACTS, type SliFacts, type SliInput, type SliPolicy } from './sli.ts';

export const DEFAULT_SLI_POLICY: SliPolicy = {
  deadlines: DEFAULT_DEADLINES,
  adoptionSeconds: 30 * 86_400,
  incidentBudget: 10,
  ingestBudgetBytes: null,
  anomalyConfidence: 0.7,
  shiftSeconds: 12 * 3600,
};

/** The facts that are given, and none of the others. */
export function inputOf(
  facts: Partial<SliFacts>,
  fromMs: number,
  toMs: number,
  policy: SliPolicy = DEFAULT_SLI_POLICY,
): SliInput {
  return { ...NO_FACTS, ...facts, fromMs, toMs, policy };
}
