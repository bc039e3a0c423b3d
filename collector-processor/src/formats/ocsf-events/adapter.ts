import type { Decoded, Envelope, FormatAdapter, Json } from '@cnapp-slo/model';
import { awsAsset } from '../canonical-id.ts';
import { accept, reject } from '../observe.ts';
import { isObject, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** Raw logs whose OCSF mapping is published beside them: AWS WAF and Route 53 Resolver queries. Context only. Source: docs.aws.amazon.com/waf, …/Route53. */
export const ocsfEvents: FormatAdapter = {
  id: 'ocsf-events',
  stability: 'alpha',
  matches: (doc) =>
    isObject(doc) &&
    (('webaclId' in doc && 'httpRequest' in doc) || ('query_name' in doc && 'rcode' in doc && 'srcaddr' in doc)),
  decode(doc: Json, envelope: Envelope): Decoded {
    if (!isObject(doc)) return reject('ocsf-events.schema', 'not an object');
    const acl = str(doc, 'webaclId');
    if (acl === undefined) {
      return accept({
        kind: 'activity',
        action: `aws:route53resolver:${str(doc, 'firewall_rule_action') ?? 'query'}`,
        atMs: eventTime(envelope, doc.query_timestamp),
      });
    }
    const asset = awsAsset({ id: acl });
    return accept({
      kind: 'activity',
      action: `aws:waf:${str(doc, 'action') ?? 'request'}`,
      atMs: eventTime(envelope, doc.timestamp),
      asset,
    });
  },
};
