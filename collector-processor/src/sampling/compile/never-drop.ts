/**
 * What must not be dropped, for samplers that cannot read formats: regular expressions over a body's JSON, in the common subset
 * of RE2, Rust and ECMAScript. Whatever has a key that names a security format is kept, unless it is known to be of a class that
 * may be dropped: too much is kept rather than too little.
 */
export interface NeverDropSigns {
  /** A key of a known format. */
  security: string;
  /** Reads and raw activity … */
  droppable: string;
  /** … but for who signs in, what concerns identities, and what a sensor notices. */
  identity: string;
}

const DROPPABLE = [
  // CloudTrail; volumes of Kubernetes are read-only, too
  String.raw`"readOnly"\s*:\s*"?true[^{}]*"(?:eventType|eventCategory|eventID|managementEvent|requestID|recipientAccountId)"`,
  String.raw`"(?:eventType|eventCategory|eventID|managementEvent|requestID|recipientAccountId)"\s*:[^{}]*"readOnly"\s*:\s*"?true`,
  String.raw`"verb"\s*:\s*"(?:get|list|watch)"`, // Kubernetes audit
  String.raw`"event_type"\s*:\s*"(?:flow|netflow|dns|http|tls|fileinfo|ssh|smb|dhcp|stats)"`, // Suricata
  String.raw`"id\.orig_h"`, // Zeek
  '"srcaddr"', // VPC flow logs
  String.raw`"process_(?:exec|exit)"\s*:\s*\{`, // Tetragon
];
const IDENTITY = [
  String.raw`"note"\s*:\s*"\w+::`, // Zeek's notices, of a connection as its other logs
  String.raw`"eventSource"\s*:\s*"(?:iam|sso|sso-directory|identitystore|organizations|kms|sts|signin)\.amazonaws\.com"`,
  String.raw`"(?:eventName|eventType|action|activity_name|operationName)"\s*:\s*"[^"]*(?:[Ll]ogin|[Ll]ogon|[Aa]uthenticat)`,
];

/** Of documents that formats know by more than a key: lists of Kubernetes, Wazuh's inner events, GitHub's listed alerts. */
const MORE_KEYS = ['items', 'collector', 'most_recent_instance'];

/** `keys`: those that name a format (the processor's registry). */
export function neverDropSigns(keys: readonly string[]): NeverDropSigns {
  const names = [...new Set([...keys, ...MORE_KEYS])].map((key) => key.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return {
    security: String.raw`"(?:${names.join('|')})"\s*:`,
    droppable: DROPPABLE.join('|'),
    identity: IDENTITY.join('|'),
  };
}

/** What the compiled configurations decide, here. */
export function isNeverDropped(body: string, { security, droppable, identity }: NeverDropSigns): boolean {
  const has = (pattern: string): boolean => new RegExp(pattern).test(body);
  return has(security) && (has(identity) || !has(droppable));
}
