import type { Decoded, Envelope, FindingVerdict, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { codeAsset } from '../code-asset.ts';
import { contentId } from '../content-id.ts';
import { accept, reject } from '../observe.ts';
import { at, evidence, isObject, num, objects, str } from '../read.ts';
import { type Reported, scanReport } from '../scan-report.ts';
import { severityOf } from '../severity.ts';
import { eventTime } from '../time.ts';

/** KICS and Terrascan. Sources: docs.kics.io/latest/results, runterrascan.io/docs. */
export const iacOther: FormatAdapter = {
  id: 'iac-other',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    ('kics_version' in doc || (isObject(doc.results) && 'violations' in doc.results && 'scan_summary' in doc.results)),
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('iac-other.schema', 'not an object');
  const kics = 'kics_version' in doc;
  const detector = kics ? 'kics' : 'terrascan';
  const asset = codeAsset(envelope);
  const atMs = eventTime(envelope, doc.end, at(doc, 'results', 'scan_summary', 'scanned_at'));
  const scope = `${detector}/${asset.id}`;
  const complete = (num(doc, 'files_failed_to_scan') ?? 0) === 0 && (num(doc, 'queries_failed_to_execute') ?? 0) === 0;
  const lines = kics
    ? objects(doc, 'queries').flatMap((query) => kicsLines(query, asset))
    : [
        ...objects(doc, 'results', 'violations').map((violation) => terrascanLine(violation, asset, 'fail')),
        ...objects(doc, 'results', 'skipped_violations').map((skipped) => terrascanLine(skipped, asset, 'suppressed')),
      ];
  return accept(
    ...scanReport(
      { detector, detectorClass: 'iac', scope, scanId: contentId([scope, atMs]), atMs, complete, absenceCloses: true },
      lines,
    ),
  );
}

/** `similarity_id` is made to tell results apart over runs. */
function kicsLines(query: JsonObject, asset: Reported['asset']): Reported[] {
  return objects(query, 'files').map((file) => ({
    rule: str(query, 'query_id') ?? 'unknown',
    title: str(query, 'query_name') ?? 'misconfiguration',
    asset,
    discriminator:
      str(file, 'similarity_id') ?? `${str(file, 'file_name') ?? '_'} ${str(file, 'resource_name') ?? ''}`.trim(),
    verdict: 'fail',
    severity: severityOf(query.severity),
    detectorClass: str(query, 'category') === 'Secret Management' ? 'secret' : 'iac',
    ...evidence({
      file: str(file, 'file_name'),
      start_line: num(file, 'line'),
      resource: str(file, 'resource_name'),
      expected: str(file, 'expected_value'),
    }),
  }));
}

/** `#ts:skip` in the code skips a rule, with a comment. */
function terrascanLine(violation: JsonObject, asset: Reported['asset'], verdict: FindingVerdict): Reported {
  const file = str(violation, 'file') ?? '_';
  return {
    rule: str(violation, 'rule_id') ?? str(violation, 'rule_name') ?? 'unknown',
    title: str(violation, 'description') ?? str(violation, 'rule_name') ?? 'misconfiguration',
    asset,
    discriminator: `${file} ${str(violation, 'resource_type') ?? ''}.${str(violation, 'resource_name') ?? '_'}`,
    verdict,
    severity: severityOf(violation.severity),
    ...evidence({
      file,
      start_line: num(violation, 'line'),
      resource: str(violation, 'resource_name'),
      comment: str(violation, 'skip_comment'),
    }),
  };
}
