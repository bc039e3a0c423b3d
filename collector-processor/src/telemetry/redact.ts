export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

const SECRET_NAME = /token|secret|passw|authorization|api[-_]?key|credential|cookie|private[-_]?key/i;
const REDACTED = '[redacted]';

/** The fields without what is secret by its name or its form. */
export function redactFields(fields: LogFields): Record<string, string | number | boolean | null> {
  const safe: Record<string, string | number | boolean | null> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (SECRET_NAME.test(name)) safe[name] = REDACTED;
    else safe[name] = typeof value === 'string' ? redactText(value) : value;
  }
  return safe;
}

/** Credentials in URLs, bearer and basic tokens, and `name=value` of secret names, as libraries put them into messages. */
export function redactText(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${REDACTED}@`)
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, `$1 ${REDACTED}`)
    .replace(/\b([\w-]*(?:token|secret|passw(?:or)?d|api[-_]?key)["']?\s*[=:]\s*["']?)[^\s"'&,;]+/gi, `$1${REDACTED}`);
}
