import { createHmac, timingSafeEqual } from 'node:crypto';

/** Header names in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** Why a call proves nothing; null: it is the service's own. */
export type SignatureFault = 'unsigned' | 'bad_signature' | 'expired' | null;

/** Slack's own advice: docs.slack.dev/authentication/verifying-requests-from-slack. */
const REPLAY_WINDOW_SECONDS = 300;

/** Signature v0 over `v0:<timestamp>:<raw body>`. */
export function slackFault(secret: string, headers: Headers, raw: string, nowMs: number): SignatureFault {
  const signature = headers['x-slack-signature'];
  const timestamp = headers['x-slack-request-timestamp'];
  if (signature === undefined || timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return 'unsigned';
  if (!isSame(signature, `v0=${hmac(secret, `v0:${timestamp}:${raw}`)}`)) return 'bad_signature';
  return Math.abs(nowMs / 1000 - Number(timestamp)) > REPLAY_WINDOW_SECONDS ? 'expired' : null;
}

/** One of several `v1=<hex>`: developer.pagerduty.com/docs/verifying-webhook-signatures. */
export function pagerdutyFault(secret: string, headers: Headers, raw: string): SignatureFault {
  const signatures = headers['x-pagerduty-signature']?.split(',').map((one) => one.trim());
  if (!signatures?.length) return 'unsigned';
  const want = `v1=${hmac(secret, raw)}`;
  return signatures.some((one) => isSame(one, want)) ? null : 'bad_signature';
}

/** `sha256=<hex>` as GitHub (`x-hub-signature-256`) and Jira (`x-hub-signature`) send it. */
export function hubFault(secret: string, header: string | undefined, raw: string): SignatureFault {
  if (header === undefined) return 'unsigned';
  return isSame(header, `sha256=${hmac(secret, raw)}`) ? null : 'bad_signature';
}

/** Opsgenie signs nothing; it sends the headers that it is told to. */
export function bearerFault(secret: string, headers: Headers): SignatureFault {
  const { authorization } = headers;
  if (authorization === undefined) return 'unsigned';
  return isSame(authorization, `Bearer ${secret}`) ? null : 'bad_signature';
}

function hmac(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

/** In a time that tells nothing; digests first, because only equal lengths can be compared. */
function isSame(given: string, want: string): boolean {
  const digest = (text: string): Buffer => createHmac('sha256', 'length').update(text).digest();
  return timingSafeEqual(digest(given), digest(want));
}
