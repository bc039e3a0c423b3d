import { readFileSync } from 'node:fs';
import type { Finding } from '@cnapp-slo/model';
import { z } from 'zod';

/** What is known of exploitation; null is unknown. */
export interface Intelligence {
  isKnownExploited(finding: Pick<Finding, 'rule' | 'evidence'>): boolean | null;
  /** Probability of exploitation within 30 days, 0..1. */
  epss(finding: Pick<Finding, 'rule' | 'evidence'>): number | null;
}

/** CISA's catalogue, as downloaded. Source: cisa.gov/known-exploited-vulnerabilities-catalog (JSON schema 1.0). */
const Catalogue = z.object({ vulnerabilities: z.array(z.object({ cveID: z.string() })) });

/** What scanners say themselves; nothing else. */
export const NO_LISTS: Intelligence = intelligenceOf(null, new Map());

/** Throws an Error that names the key and the file when one cannot be read. */
export function readIntelligence(config: {
  kev_file?: string | undefined;
  epss_file?: string | undefined;
}): Intelligence {
  const kev = config.kev_file === undefined ? null : read('risk.kev_file', config.kev_file, parseKev);
  const epss = config.epss_file === undefined ? new Map() : read('risk.epss_file', config.epss_file, parseEpss);
  return intelligenceOf(kev, epss);
}

function intelligenceOf(kev: ReadonlySet<string> | null, epss: ReadonlyMap<string, number>): Intelligence {
  return {
    isKnownExploited: ({ rule, evidence }) => {
      if (evidence?.known_exploited === true) return true;
      return kev === null || !rule.startsWith('CVE-') ? null : kev.has(rule);
    },
    epss: ({ rule, evidence }) => {
      const said = evidence?.epss;
      return epss.get(rule) ?? (typeof said === 'number' ? said : null);
    },
  };
}

function parseKev(text: string): Set<string> {
  return new Set(Catalogue.parse(JSON.parse(text)).vulnerabilities.map(({ cveID }) => cveID));
}

/** `cve,epss,percentile` under a comment and a header. Source: first.org/epss/data_stats. */
function parseEpss(text: string): Map<string, number> {
  const scores = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [cve = '', score = ''] = line.split(',');
    if (cve.startsWith('CVE-') && Number(score) >= 0 && Number(score) <= 1) scores.set(cve, Number(score));
  }
  if (scores.size === 0) throw new Error('holds no scores');
  return scores;
}

function read<T>(key: string, file: string, parse: (text: string) => T): T {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${key}: ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
