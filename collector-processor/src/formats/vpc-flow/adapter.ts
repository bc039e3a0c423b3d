import type { Decoded, Envelope, FormatAdapter, Json } from '@cnapp-slo/model';
import { accept, reject } from '../observe.ts';
import { isObject, str } from '../read.ts';
import { eventTime } from '../time.ts';

/**
 * AWS VPC flow records: text of the default format (versions 2 to 8 begin alike), normalised documents, and CSV with a header. Custom formats need the hint
 * `cnapp.format`. Source: docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html.
 */
export const vpcFlow: FormatAdapter = {
  id: 'vpc-flow',
  stability: 'beta',
  matches: (doc) =>
    typeof doc === 'string'
      ? RECORD.test(doc)
      : isObject(doc) && (RECORD.test(str(doc, 'body') ?? str(doc, 'message') ?? '') || isRow(doc)),
  decode,
};

/** Version, account, interface, two addresses. */
const RECORD = /^\s*\d{1,2} (?:\d{12}|unknown) eni-[0-9a-f]+ \S+ \S+ /m;

function isRow(doc: { [key: string]: Json }): boolean {
  return ('interface_id' in doc || 'interface-id' in doc) && 'srcaddr' in doc && 'dstaddr' in doc;
}

/** Flows are context: accepted and rejected ones are counted, nothing else. */
function decode(doc: Json, envelope: Envelope): Decoded {
  if (isObject(doc) && isRow(doc)) {
    return accept({
      kind: 'activity',
      action: `vpc-flow:${str(doc, 'action') ?? 'unknown'}`,
      atMs: eventTime(envelope, doc.end, doc.start),
    });
  }
  const text = typeof doc === 'string' ? doc : (str(doc, 'body') ?? str(doc, 'message'));
  if (text === undefined) return reject('vpc-flow.schema', 'no flow record');
  const records = text.split('\n').filter((line) => RECORD.test(line));
  return accept(
    ...records.map((line) => {
      const fields = line.trim().split(/\s+/);
      // version account interface src dst srcport dstport protocol packets bytes start end action status
      return {
        kind: 'activity' as const,
        action: `vpc-flow:${fields[12] ?? 'unknown'}`,
        atMs: eventTime(envelope, fields[11], fields[10]),
      };
    }),
  );
}
