import type { Json, Severity } from '@cnapp-slo/model';

const WORDS: Record<string, Severity> = {
  fatal: 'critical',
  emergency: 'critical',
  alert: 'critical',
  critical: 'critical',
  crit: 'critical',
  blocker: 'critical',
  high: 'high',
  error: 'high',
  important: 'high',
  major: 'high',
  hazardous: 'high',
  medium: 'medium',
  moderate: 'medium',
  warning: 'medium',
  warn: 'medium',
  middle: 'medium',
  low: 'low',
  minor: 'low',
  notice: 'low',
  note: 'low',
  negligible: 'informational',
  minimal: 'informational',
  info: 'informational',
  informational: 'informational',
  information: 'informational',
  none: 'informational',
  debug: 'informational',
  trace: 'informational',
};

/** The severity that a tool's word stands for; `unknown` for any other word. */
export function severityOf(word: Json | undefined): Severity {
  return (typeof word === 'string' ? WORDS[word.trim().toLowerCase()] : undefined) ?? 'unknown';
}

/** OCSF `severity_id`: 1 Informational … 5 Critical, 6 Fatal. */
export function severityOfOcsf(id: number | undefined): Severity {
  return (['unknown', 'informational', 'low', 'medium', 'high', 'critical', 'critical'] as const)[id ?? 0] ?? 'unknown';
}

/** A 0…10 score by the CVSS v3 qualitative rating scale. */
export function severityOfScore(score: number | undefined): Severity {
  if (score === undefined || score < 0 || score > 10) return 'unknown';
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'informational';
}
