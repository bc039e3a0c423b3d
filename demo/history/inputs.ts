import type { Case } from './violations.ts';

/** What a person or a channel said of a finding; which one it is shows when the processor has it. */
export interface PlannedInput {
  kind: 'alert' | 'acknowledgement' | 'true_positive' | 'false_positive';
  assetId: string;
  /** The rule as the processor calls it. */
  rule: string;
  atMs: number;
  actor: string;
}

/** The alert and what people did with it, from the detection on; nothing that lies after `untilMs`. */
export function inputsOf(planned: Case, detectedMs: number, untilMs: number): PlannedInput[] {
  const { violation, alertDelayMs, ackDelayMs, falsePositive } = planned;
  const { rule, resource } = violation;
  if (rule.severity === 'medium' || rule.severity === 'low') return [];
  const input = (kind: PlannedInput['kind'], atMs: number): PlannedInput => ({
    kind,
    assetId: resource.id,
    rule: rule.id,
    atMs: Math.round(atMs),
    actor: resource.service.team.people[0] ?? 'on-call',
  });
  const alertMs = detectedMs + alertDelayMs;
  const inputs = [input('alert', alertMs), input('acknowledgement', alertMs + ackDelayMs)];
  const verdict = falsePositive ? 'false_positive' : 'true_positive';
  if (falsePositive || planned.triaged) inputs.push(input(verdict, alertMs + 2 * ackDelayMs));
  return inputs.filter(({ atMs }) => atMs < untilMs && (violation.endMs === null || atMs < violation.endMs));
}
