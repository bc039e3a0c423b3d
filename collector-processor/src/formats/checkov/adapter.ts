import type { Decoded, Envelope, FindingVerdict, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { codeAsset } from '../code-asset.ts';
import { contentId } from '../content-id.ts';
import { accept, reject } from '../observe.ts';
import { evidence, isObject, list, num, obj, objects, str } from '../read.ts';
import { type Reported, scanReport } from '../scan-report.ts';
import { severityOf } from '../severity.ts';
import { eventTime } from '../time.ts';
import { joinAdvisory, vulnerabilityDiscriminator } from '../vulnerability.ts';

/** Checkov's JSON, one document a framework (an array of several is peeled), and the bare summary of a run without findings. Source: checkov.io. */
export const checkov: FormatAdapter = {
  id: 'checkov',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    ((typeof doc.check_type === 'string' && isObject(doc.results)) ||
      ('checkov_version' in doc && 'failed' in doc && 'passed' in doc)),
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('checkov.schema', 'not an object');
  const framework = str(doc, 'check_type') ?? 'all';
  const asset = codeAsset(envelope);
  const atMs = eventTime(envelope);
  const results = obj(doc, 'results');
  const line = (check: JsonObject, verdict: FindingVerdict): Reported => {
    const path = str(check, 'repo_file_path') ?? str(check, 'file_path') ?? '_';
    const rule = str(check, 'check_id') ?? 'unknown';
    const details = obj(check, 'vulnerability_details');
    const advisory = joinAdvisory([str(details, 'id')]);
    return {
      rule: advisory ?? rule,
      title: str(check, 'check_name') ?? rule,
      asset,
      // The line range moves with every edit: resource and file stay.
      discriminator:
        advisory === undefined
          ? `${path} ${str(check, 'resource') ?? '_'}`
          : vulnerabilityDiscriminator(str(details, 'package_name'), advisory),
      verdict,
      severity: severityOf(check.severity ?? details.severity),
      detectorClass: advisory === undefined ? (framework === 'secrets' ? 'secret' : 'iac') : 'vulnerability',
      remediation: str(check, 'guideline'),
      ...evidence({
        file: path,
        start_line: num(check, 'file_line_range', 0),
        resource: str(check, 'resource'),
        suppress_comment: str(check, 'check_result', 'suppress_comment'),
      }),
    };
  };
  const lines = [
    ...objects(results, 'failed_checks').map((check) => line(check, 'fail')),
    ...objects(results, 'passed_checks').map((check) => line(check, 'pass')),
    ...objects(results, 'skipped_checks').map((check) => line(check, 'suppressed')),
  ];
  const errors = num(doc, 'summary', 'parsing_errors') ?? list(results, 'parsing_errors').length;
  const scope = `checkov/${asset.id}/${framework}`;
  // A file that could not be parsed was not checked: what it holds must not be closed.
  const complete = errors === 0;
  const scanId = contentId([scope, atMs, str(doc, 'summary', 'checkov_version') ?? null]);
  return accept(
    ...scanReport(
      { detector: 'checkov', detectorClass: 'iac', scope, scanId, atMs, complete, absenceCloses: true },
      lines,
    ),
  );
}
