/** CISA's decisions, least urgent first. */
export const DECISIONS = ['track', 'track*', 'attend', 'act'] as const;
export type Decision = (typeof DECISIONS)[number];

export type Exploitation = 'none' | 'public poc' | 'active';
export type Automatable = 'no' | 'yes';
export type TechnicalImpact = 'partial' | 'total';
/** Mission prevalence and public well-being impact. */
export type MissionImpact = 'low' | 'medium' | 'high';

/** The inputs of the tree; null is unknown. */
export interface SsvcInputs {
  exploitation: Exploitation | null;
  automatable: Automatable | null;
  technical_impact: TechnicalImpact | null;
  mission: MissionImpact | null;
}

const EXPLOITATION: readonly Exploitation[] = ['none', 'public poc', 'active'];
const AUTOMATABLE: readonly Automatable[] = ['no', 'yes'];
const IMPACT: readonly TechnicalImpact[] = ['partial', 'total'];
const MISSION: readonly MissionImpact[] = ['low', 'medium', 'high'];

/**
 * The 36 leaves, with exploitation moving slowest and mission fastest: T(rack), *, A(ttend), X (act).
 * Source: CISA Coordinator tree 2.0.3, github.com/CERTCC/SSVC data/csv/cisa/cisa_coordinator_2_0_3.csv.
 */
const LEAVES = 'TTTTT*TTATTATT*T*ATTAT*ATTATAXAAXAXX';
const LEAF: Readonly<Record<string, Decision>> = { T: 'track', '*': 'track*', A: 'attend', X: 'act' };

/** The mildest and the gravest decision that the known inputs allow; equal when all of them are known. */
export function decide(inputs: SsvcInputs): { least: Decision; most: Decision } {
  const decisions: Decision[] = [];
  for (const exploitation of known(inputs.exploitation, EXPLOITATION)) {
    for (const automatable of known(inputs.automatable, AUTOMATABLE)) {
      for (const impact of known(inputs.technical_impact, IMPACT)) {
        for (const mission of known(inputs.mission, MISSION)) {
          const row = ((exploitation * 2 + automatable) * 2 + impact) * 3 + mission;
          decisions.push(LEAF[LEAVES[row] ?? ''] ?? 'track');
        }
      }
    }
  }
  const ranked = decisions.sort((a, b) => DECISIONS.indexOf(a) - DECISIONS.indexOf(b));
  return { least: ranked[0] ?? 'track', most: ranked.at(-1) ?? 'act' };
}

/** The position of a known value; every position where it is unknown. */
function known<T>(value: T | null, values: readonly T[]): number[] {
  return value === null ? values.map((_, at) => at) : [values.indexOf(value)];
}

export function graver(a: Decision, b: Decision): Decision {
  return DECISIONS.indexOf(a) >= DECISIONS.indexOf(b) ? a : b;
}
