import type { Asset, Finding, RiskFactorJson, RiskJson } from '@cnapp-slo/model';
import { type Combination, combinationsOf } from './combinations.ts';
import type { Intelligence } from './intelligence.ts';
import { decide, graver, type SsvcInputs } from './ssvc.ts';
import type { RiskSubject } from './subject.ts';

/** Points at most; together 100. */
const SEVERITY_POINTS = { unknown: 0, informational: 0, low: 5, medium: 15, high: 25, critical: 35 } as const;
const CRITICALITY_POINTS = { c0: 20, c1: 14, c2: 7, c3: 2 } as const;
const EXPOSURE_POINTS = { internet: 20, internal: 4 } as const;
const EXPLOITED_POINTS = 25;
/** A misconfiguration or a leaked secret needs no exploit. */
const NO_EXPLOIT_NEEDED_POINTS = 10;
const COMBINATION_POINTS = 10;
const MOST = 100;

/**
 * What to do about a finding (decision), and how much it weighs among those of one decision (score), with every factor. What
 * is unknown adds no points and makes no decision graver: `score_max` and `decision_worst` tell what it could come to.
 */
export function riskOf(subject: RiskSubject, intelligence: Intelligence): RiskJson {
  const { finding, asset, exposure } = subject;
  const exploit = exploitationOf(subject, intelligence);
  const combinations = combinationsOf(subject, exploit.inputs.exploitation);
  const factors: RiskFactorJson[] = [
    severityFactor(finding),
    criticalityFactor(asset),
    factor('exposure', exposure.value, exposure.value && EXPOSURE_POINTS[exposure.value], 20, exposure.reason),
    exploit.factor,
    ...combinations.map(({ name, reason }) =>
      factor('combination', name, COMBINATION_POINTS, COMBINATION_POINTS, reason),
    ),
  ];
  const inputs = { ...exploit.inputs, mission: missionOf(asset) };
  const { least, most } = decide(inputs);
  const floor = combinations.reduce((decision, { atLeast }) => graver(decision, atLeast), floorOf(finding));
  const isComplete = Object.values(inputs).every((input) => input !== null);
  return {
    score: Math.min(MOST, sum(factors, 'points')),
    score_max: Math.min(MOST, sum(factors, 'points_max')),
    decision: graver(least, floor),
    decision_worst: graver(most, floor),
    decision_by: finding.detectorClass !== 'vulnerability' ? 'derived' : isComplete ? 'cisa_ssvc' : 'cisa_ssvc_partial',
    inputs,
    factors,
    combinations: combinations.map(({ name, reason }) => ({ name, reason })),
  };
}

/** A detection is an attack, not a chance of one. */
function floorOf({ detectorClass, severity }: Finding): Combination['atLeast'] {
  if (detectorClass !== 'runtime' && detectorClass !== 'identity') return 'track';
  return severity === 'critical' ? 'act' : severity === 'high' ? 'attend' : 'track*';
}

function severityFactor({ severity, detector }: Finding): RiskFactorJson {
  const points = severity === 'unknown' ? null : SEVERITY_POINTS[severity];
  return factor('severity', severity === 'unknown' ? null : severity, points, 35, `as ${detector} rates it`);
}

/** By a source or a policy; undefined where neither says it. */
function saidCriticality(asset: Asset | undefined): Asset['criticality'] | undefined {
  return asset?.criticalityReason === undefined ? asset?.context.criticality : asset.criticality;
}

function criticalityFactor(asset: Asset | undefined): RiskFactorJson {
  const said = saidCriticality(asset);
  if (said === undefined) return factor('criticality', null, null, 20, 'nothing says how critical the asset is');
  return factor('criticality', said, CRITICALITY_POINTS[said], 20, asset?.criticalityReason ?? 'said of the asset');
}

/** Mission and well-being by the criticality that somebody gave the asset. */
function missionOf(asset: Asset | undefined): SsvcInputs['mission'] {
  const said = saidCriticality(asset);
  return said === undefined ? null : said === 'c0' ? 'high' : said === 'c1' ? 'medium' : 'low';
}

interface Exploit {
  factor: RiskFactorJson;
  inputs: Omit<SsvcInputs, 'mission'>;
}

function exploitationOf(subject: RiskSubject, intelligence: Intelligence): Exploit {
  const { finding, attackedBy, exposure } = subject;
  const { detectorClass, severity } = finding;
  const impact = severity === 'unknown' ? null : severity === 'critical' ? 'total' : 'partial';
  const reach = exposure.value === null ? null : exposure.value === 'internet' ? 'yes' : 'no';
  if (detectorClass === 'runtime' || detectorClass === 'identity') {
    const inputs = { exploitation: 'active', automatable: reach, technical_impact: impact } as const;
    return { factor: exploited('active', 'it is an attack'), inputs };
  }
  if (detectorClass !== 'vulnerability') {
    const active = attackedBy !== null;
    return {
      factor: active
        ? exploited('active', `${attackedBy.title} (${attackedBy.detector})`)
        : factor(
            'exploitation',
            'no exploit needed',
            NO_EXPLOIT_NEEDED_POINTS,
            EXPLOITED_POINTS,
            'a weakness of this kind is used as it is',
          ),
      inputs: { exploitation: active ? 'active' : 'public poc', automatable: reach, technical_impact: impact },
    };
  }
  const vector = vectorOf(String(finding.evidence?.cvss_vector ?? ''));
  const inputs = (exploitation: SsvcInputs['exploitation']): Exploit['inputs'] => ({ exploitation, ...vector });
  const kev = intelligence.isKnownExploited(finding);
  const epss = intelligence.epss(finding);
  if (attackedBy)
    return { factor: exploited('active', `${attackedBy.title} (${attackedBy.detector})`), inputs: inputs('active') };
  if (kev === true)
    return {
      factor: exploited('active', 'in CISA’s list of known exploited vulnerabilities'),
      inputs: inputs('active'),
    };
  if (epss !== null) {
    const points = Math.round(EXPLOITED_POINTS * epss);
    const reason = `EPSS: ${(epss * 100).toFixed(1)} % within 30 days${kev === false ? '; not in CISA’s list' : ''}`;
    return { factor: factor('exploitation', `epss ${epss}`, points, points, reason), inputs: inputs(null) };
  }
  const reason = kev === false ? 'not in CISA’s list; no EPSS value' : 'neither CISA’s list nor an EPSS value is known';
  return { factor: factor('exploitation', null, null, EXPLOITED_POINTS, reason), inputs: inputs(null) };
}

function exploited(value: string, reason: string): RiskFactorJson {
  return factor('exploitation', value, EXPLOITED_POINTS, EXPLOITED_POINTS, reason);
}

/** What a CVSS 3 vector says of the two technical inputs: reached over the network without help; all of confidentiality and integrity lost. */
function vectorOf(vector: string): Pick<SsvcInputs, 'automatable' | 'technical_impact'> {
  if (!/^CVSS:3\.[01]\//.test(vector)) return { automatable: null, technical_impact: null };
  const has = (...metrics: string[]): boolean => metrics.every((metric) => `${vector}/`.includes(`/${metric}/`));
  return {
    automatable: has('AV:N', 'AC:L', 'PR:N', 'UI:N') ? 'yes' : 'no',
    technical_impact: has('C:H', 'I:H') ? 'total' : 'partial',
  };
}

/** `points` null: unknown, so that it could be all of `most`. */
function factor(
  name: string,
  value: string | null,
  points: number | null,
  most: number,
  reason: string,
): RiskFactorJson {
  return { name, value, points: points ?? 0, points_max: points ?? most, reason };
}

function sum(factors: readonly RiskFactorJson[], field: 'points' | 'points_max'): number {
  return factors.reduce((total, one) => total + one[field], 0);
}
