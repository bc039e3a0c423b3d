import type {
  AssetRef,
  DetectorClass,
  Envelope,
  FindingObservation,
  FindingVerdict,
  JsonObject,
  Observation,
} from '@cnapp-slo/model';
import { finding } from '../observe.ts';
import { evidence, num, obj, objects, str, strings } from '../read.ts';
import { severityOf } from '../severity.ts';
import { parseTime } from '../time.ts';
import { joinAdvisory, vulnerabilityDiscriminator } from '../vulnerability.ts';

/** One run of Trivy over one artifact or workload. */
export interface TrivyRun {
  asset: AssetRef;
  /** The asset that misconfigurations and secrets of this target belong to, where it is not `asset`. */
  assetOfTarget?: (target: string) => AssetRef;
  results: JsonObject[];
  atMs: number;
  runId: string;
  complete: boolean;
  digest?: string | undefined;
  links?: FindingObservation['links'];
  envelope: Envelope;
}

type Scanner = 'vuln' | 'misconfig' | 'secret' | 'license';

const CLASS_OF_SCANNER: Record<Scanner, DetectorClass> = {
  vuln: 'vulnerability',
  misconfig: 'iac',
  secret: 'secret',
  license: 'sast',
};

/**
 * Findings of a run, and one scan for each scanner that it shows to have run: absence closes only within one artifact and one scanner
 * (a run with `--scanners vuln` says nothing about secrets, and Trivy lists a secret result only when there is one).
 */
export function observeRun(run: TrivyRun): Observation[] {
  const observations = new Map<string, FindingObservation>();
  const scanners = new Set<Scanner>();
  for (const result of run.results) {
    for (const scanner of scannersOf(result)) scanners.add(scanner);
    for (const found of findingsOf(result, run)) {
      const key = `${found.detectorClass}|${found.asset.id}|${found.rule}|${found.discriminator ?? ''}`;
      const known = observations.get(key);
      // The same advisory repeats for each path of a package: the first is kept, a suppressed one never hides an open one.
      if (known === undefined || (known.verdict === 'suppressed' && found.verdict === 'fail'))
        observations.set(key, found);
    }
  }
  // A clean image has no results at all; vulnerabilities are what Trivy always looks for.
  if (scanners.size === 0) scanners.add('vuln');
  const scans = [...scanners].sort().map(
    (scanner): Observation => ({
      kind: 'scan',
      detector: 'trivy',
      detectorClass: classOf(scanner, run),
      scope: scopeOf(run, scanner),
      scanId: run.runId,
      atMs: run.atMs,
      complete: run.complete,
      absenceCloses: true,
      ...(run.digest !== undefined && { digest: run.digest }),
    }),
  );
  return [...observations.values(), ...scans];
}

/** The same check is posture on a running workload and code review on a file. */
function classOf(scanner: Scanner, run: TrivyRun): DetectorClass {
  return scanner === 'misconfig' && run.asset.provider === 'kubernetes' ? 'posture' : CLASS_OF_SCANNER[scanner];
}

function scopeOf(run: TrivyRun, scanner: Scanner): string {
  return `trivy/${run.asset.id}/${scanner}`;
}

function scannersOf(result: JsonObject): Scanner[] {
  const found: Scanner[] = [];
  const kind = str(result, 'Class') ?? '';
  if (
    /pkgs$/.test(kind) ||
    objects(result, 'Vulnerabilities').length > 0 ||
    (kind === '' && str(result, 'Type') !== undefined)
  )
    found.push('vuln');
  if (kind === 'config' || objects(result, 'Misconfigurations').length > 0) found.push('misconfig');
  if (kind === 'secret' || objects(result, 'Secrets').length > 0) found.push('secret');
  if (kind.startsWith('license') || objects(result, 'Licenses').length > 0) found.push('license');
  return found;
}

function findingsOf(result: JsonObject, run: TrivyRun): FindingObservation[] {
  const modified = objects(result, 'ExperimentalModifiedFindings').flatMap((entry) => {
    const inner = objects(entry, 'Finding')[0];
    if (inner === undefined) return [];
    const type = str(entry, 'Type');
    if (type === 'misconfiguration')
      return [{ ...misconfiguration(inner, result, run), verdict: 'suppressed' as const }];
    if (type === 'secret') return [{ ...secret(inner, result, run), verdict: 'suppressed' as const }];
    return type === 'vulnerability' ? [vulnerability(inner, result, run, 'suppressed')] : [];
  });
  return [
    ...objects(result, 'Vulnerabilities').map((item) => vulnerability(item, result, run, 'fail')),
    ...objects(result, 'Misconfigurations').map((item) => misconfiguration(item, result, run)),
    ...objects(result, 'Secrets').map((item) => secret(item, result, run)),
    ...modified,
  ];
}

function shared(
  run: TrivyRun,
  scanner: Scanner,
): Pick<FindingObservation, 'detector' | 'detectorClass' | 'atMs' | 'scope' | 'scanId'> {
  return {
    detector: 'trivy',
    detectorClass: classOf(scanner, run),
    atMs: run.atMs,
    scope: scopeOf(run, scanner),
    scanId: run.runId,
  };
}

function vulnerability(
  item: JsonObject,
  result: JsonObject,
  run: TrivyRun,
  verdict: FindingVerdict,
): FindingObservation {
  const rule = joinAdvisory([str(item, 'VulnerabilityID'), ...strings(item, 'VendorIDs')]) ?? 'unknown-vulnerability';
  const name = str(item, 'PkgName');
  return finding({
    ...shared(run, 'vuln'),
    rule,
    title: str(item, 'Title') ?? `${rule} in ${name ?? 'a package'}`,
    asset: run.asset,
    discriminator: vulnerabilityDiscriminator(name, rule),
    // `Status` says whether a fix exists, not whether this finding is fixed; only not_affected denies it.
    verdict: str(item, 'Status') === 'not_affected' ? 'not_applicable' : verdict,
    severity: severityOf(item.Severity),
    advisoryPublishedMs: parseTime(item.PublishedDate),
    ...evidence({
      package: name,
      installed_version: str(item, 'InstalledVersion'),
      fixed_version: str(item, 'FixedVersion'),
      fix_status: str(item, 'Status'),
      target: str(result, 'Target'),
      path: str(item, 'PkgPath'),
      digest: run.digest,
      native_id: str(item, 'VulnerabilityID'),
      cvss_vector: cvssVector(item),
    }),
    links: [...advisoryLink(item), ...(run.links ?? [])],
  });
}

/** The NVD's rating before that of vendors, so that two scanners name it alike. */
function cvssVector(item: JsonObject): string | undefined {
  const ratings = obj(item, 'CVSS');
  const sources = ['nvd', ...Object.keys(ratings).sort()];
  return sources.map((source) => str(ratings, source, 'V3Vector')).find((vector) => vector !== undefined);
}

/** `AVD-KSV-0001`, `KSV001` and `KSV-0001` are one rule: `KSV-0001`. */
export function misconfigurationRule(id: string): string {
  const match = /^(?:AVD-)?([A-Z]+(?:-[A-Z]+)*)-?0*(\d+)$/.exec(id);
  return match === null ? id : `${match[1]}-${match[2]?.padStart(4, '0')}`;
}

function misconfiguration(item: JsonObject, result: JsonObject, run: TrivyRun): FindingObservation {
  const target = str(result, 'Target') ?? '_';
  const resource = str(item, 'CauseMetadata', 'Resource');
  const status = str(item, 'Status');
  return finding({
    ...shared(run, 'misconfig'),
    rule: misconfigurationRule(str(item, 'ID') ?? str(item, 'AVDID') ?? 'unknown'),
    title: str(item, 'Title') ?? 'misconfiguration',
    asset: run.assetOfTarget?.(target) ?? run.asset,
    // On a workload the rule is about the workload: the operator's reports name no file.
    discriminator:
      run.asset.provider === 'kubernetes' ? undefined : resource === undefined ? target : `${target} ${resource}`,
    verdict: status === 'PASS' ? 'pass' : status === 'EXCEPTION' ? 'suppressed' : 'fail',
    severity: severityOf(item.Severity),
    remediation: str(item, 'Resolution'),
    ...evidence({ target, message: str(item, 'Message'), start_line: num(item, 'CauseMetadata', 'StartLine') }),
    links: advisoryLink(item),
  });
}

function secret(item: JsonObject, result: JsonObject, run: TrivyRun): FindingObservation {
  const target = str(result, 'Target') ?? '_';
  const rule = str(item, 'RuleID') ?? 'unknown-secret';
  return finding({
    ...shared(run, 'secret'),
    rule,
    title: str(item, 'Title') ?? rule,
    asset: run.assetOfTarget?.(target) ?? run.asset,
    discriminator: `${target}:${num(item, 'StartLine') ?? 0}`,
    verdict: 'fail',
    severity: severityOf(item.Severity),
    // Never the match itself.
    ...evidence({ target, category: str(item, 'Category'), start_line: num(item, 'StartLine') }),
  });
}

function advisoryLink(item: JsonObject): NonNullable<FindingObservation['links']> {
  const href = str(item, 'PrimaryURL');
  return href === undefined ? [] : [{ rel: 'advisory', href }];
}
