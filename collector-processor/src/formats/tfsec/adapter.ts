import type { Decoded, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { codeAsset } from '../code-asset.ts';
import { contentId } from '../content-id.ts';
import { accept, reject } from '../observe.ts';
import { bool, evidence, isObject, num, objects, str, strings } from '../read.ts';
import { scanReport } from '../scan-report.ts';
import { severityOf } from '../severity.ts';
import { eventTime } from '../time.ts';
import { misconfigurationRule } from '../trivy/report.ts';

/** tfsec's JSON, 0.x to 1.28. Retired into Trivy. Source: aquasecurity.github.io/tfsec. */
export const tfsec: FormatAdapter = {
  id: 'tfsec',
  stability: 'beta',
  matches: (doc) => isObject(doc) && (isClean(doc) || isResult(objects(doc, 'results')[0])),
  decode,
};

/** A clean run is `{"results": null}` and nothing else. */
function isClean(doc: JsonObject): boolean {
  return doc.results === null && Object.keys(doc).length === 1;
}

function isResult(result: JsonObject | undefined): boolean {
  return result !== undefined && 'rule_id' in result && ('rule_provider' in result || 'long_id' in result);
}

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('tfsec.schema', 'not an object');
  const asset = codeAsset(envelope);
  const atMs = eventTime(envelope);
  const scope = `tfsec/${asset.id}`;
  const lines = objects(doc, 'results').map((result) => {
    const file = str(result, 'location', 'filename') ?? '_';
    const status = str(result, 'status');
    const passed = bool(result, 'passed') === true || status === 'passed' || status === '1';
    const ignored = status === 'ignored' || status === '2';
    return {
      rule: ruleOf(str(result, 'rule_id') ?? str(result, 'long_id') ?? 'unknown'),
      title: str(result, 'rule_description') ?? str(result, 'description') ?? 'misconfiguration',
      asset,
      discriminator: `${file} ${str(result, 'resource') ?? ''}`.trim(),
      verdict: passed ? ('pass' as const) : ignored ? ('suppressed' as const) : ('fail' as const),
      severity: severityOf(result.severity),
      remediation: str(result, 'resolution'),
      links: strings(result, 'links')
        .slice(0, 1)
        .map((href) => ({ rel: 'advisory' as const, href })),
      ...evidence({ file, start_line: num(result, 'location', 'start_line'), description: str(result, 'description') }),
    };
  });
  return accept(
    ...scanReport(
      {
        detector: 'tfsec',
        detectorClass: 'iac',
        scope,
        scanId: contentId([scope, atMs, lines.length]),
        atMs,
        complete: true,
        absenceCloses: true,
      },
      lines,
    ),
  );
}

/** AVD ids are Trivy's, too. tfsec's own numbers (`AWS050`) are others: AVD-AWS-0050 is about something else. */
function ruleOf(id: string): string {
  return id.startsWith('AVD-') ? misconfigurationRule(id) : id;
}
