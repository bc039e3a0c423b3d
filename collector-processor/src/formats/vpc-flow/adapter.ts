import type { Decoded, Envelope, FormatAdapter, Json } from '@cnapp-slo/model';
import { accept, reject } from '../observe.ts';
import { firstStr, isObject, str } from '../read.ts';
import { eventTime } from '../time.ts';

/**
 * AWS VPC flow records: text of the default format (versions 2 to 8 begin alike), of a custom format where a header names its fields, and rows. Without header
 * custom formats need the hint `cnapp.format`. Source: docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html.
 */
export const vpcFlow: FormatAdapter = {
  id: 'vpc-flow',
  stability: 'beta',
  matches: (doc) =>
    typeof doc === 'string'
      ? RECORD.test(doc) || HEADER.test(doc)
      : isObject(doc) && (RECORD.test(str(doc, 'body') ?? str(doc, 'message') ?? '') || isRow(doc)),
  decode,
};

/** Version, account, interface, two addresses. */
const RECORD = /^\s*\d{1,2} (?:\d{12}|unknown) eni-[0-9a-f]+ \S+ \S+ /m;

/** The first line of files in S3: names of fields, by which any format is read. */
const HEADER = /^(?=[^\n]*\bsrcaddr\b)(?=[^\n]*\bdstaddr\b)[a-z][a-z0-9-]*(?: [a-z][a-z0-9-]*){4,}\r?$/m;

function isRow(doc: { [key: string]: Json }): boolean {
  return ('interface_id' in doc || 'interface-id' in doc) && 'srcaddr' in doc && 'dstaddr' in doc;
}

/** Flows are context: accepted and rejected ones are counted, nothing else. */
function decode(doc: Json, envelope: Envelope): Decoded {
  if (isObject(doc) && isRow(doc)) {
    return accept({
      kind: 'activity',
      action: `vpc-flow:${actionOf(str(doc, 'action'), firstStr(doc, 'log_status', 'log-status'))}`,
      atMs: eventTime(envelope, doc.end, doc.start),
    });
  }
  const text = typeof doc === 'string' ? doc : (str(doc, 'body') ?? str(doc, 'message'));
  if (text === undefined) return reject('vpc-flow.schema', 'no flow record');
  const lines = text.split('\n').map((line) => line.trim());
  const header = HEADER.test(lines[0] ?? '') ? (lines[0] ?? '').split(' ') : DEFAULT_FIELDS;
  const [action, status, start, end] = ['action', 'log-status', 'start', 'end'].map((name) => header.indexOf(name));
  const records =
    header === DEFAULT_FIELDS ? lines.filter((line) => RECORD.test(line)) : lines.slice(1).filter(Boolean);
  return accept(
    ...records.map((line) => {
      const fields = line.split(/\s+/);
      return {
        kind: 'activity' as const,
        action: `vpc-flow:${actionOf(fields[action ?? -1], fields[status ?? -1])}`,
        atMs: eventTime(envelope, fields[end ?? -1], fields[start ?? -1]),
      };
    }),
  );
}

/** Records without traffic (NODATA), or of which some were lost (SKIPDATA), have `-` for the action. */
function actionOf(action: string | undefined, status: string | undefined): string {
  return action === undefined || action === '-' ? (status ?? 'unknown') : action;
}

const DEFAULT_FIELDS =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'.split(
    ' ',
  );
