/** An address that a link may have: telemetry is written by others, and must not smuggle in `javascript:`. Null for anything but http(s). */
export function safeHref(href: string | null | undefined): string | null {
  if (!href || !URL.canParse(href)) return null;
  const { protocol } = new URL(href);
  return protocol === 'https:' || protocol === 'http:' ? href : null;
}
