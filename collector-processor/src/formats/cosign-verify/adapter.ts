import type { Decoded, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { imageAsset } from '../canonical-id.ts';
import { accept, reject } from '../observe.ts';
import { at, isObject, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** What `cosign verify` prints: signature payloads, a Rekor bundle, or its words when it fails. Source: docs.sigstore.dev/cosign. */
export const cosignVerify: FormatAdapter = {
  id: 'cosign-verify',
  stability: 'alpha',
  matches(doc) {
    if (typeof doc === 'string') return PREAMBLE.test(doc) || FAILURE.test(doc);
    return isObject(doc) && (isPayload(doc) || ('SignedEntryTimestamp' in doc && 'Payload' in doc));
  },
  decode,
};

const PREAMBLE = /^Verification for \S+ --$/m;
const FAILURE =
  /^(?:Error: |error during command execution: |main\.go:\d+: error during command execution: )(?:no (?:matching )?signatures|no matching attestations|signature|failed to verify|invalid signature)/m;

function isPayload(doc: JsonObject): boolean {
  const critical = doc.critical ?? doc.Critical;
  return (
    isObject(critical) &&
    (('identity' in critical && 'image' in critical) || ('Identity' in critical && 'Image' in critical))
  );
}

function decode(doc: Json, envelope: Envelope): Decoded {
  const atMs = eventTime(envelope, at(doc, 'Payload', 'integratedTime'), at(doc, 'optional', 'timestamp'));
  if (typeof doc === 'string') {
    // A failure prints no JSON: its absence is the signal, and only the job that ran cosign can say which change it judged.
    if (FAILURE.test(doc))
      return reject('cosign-verify.unverified', 'the verification failed, which proves nothing about a known artifact');
    const reference = /^Verification for (\S+) --$/m.exec(doc)?.[1];
    return accept({
      kind: 'activity',
      action: 'cosign:verified',
      atMs,
      ...(reference === undefined ? {} : { asset: imageAsset(reference) }),
    });
  }
  // An entry of the log says that something was signed; nobody has checked by whom.
  if (isObject(doc) && 'SignedEntryTimestamp' in doc)
    return accept({ kind: 'activity', action: 'cosign:logged', atMs });
  const critical = at(doc, 'critical') ?? at(doc, 'Critical');
  const reference = str(critical, 'identity', 'docker-reference') ?? str(critical, 'Identity', 'docker-reference');
  return accept({
    kind: 'activity',
    action: 'cosign:verified',
    atMs,
    ...(reference === undefined ? {} : { asset: imageAsset(reference) }),
  });
}
