import { t as translate } from '@grafana/i18n';

/**
 * The text of an id in the reader's language, English where there is no translation. Values go in as they are: React escapes what it draws, and i18next
 * would escape a second time (`a/b` would read `a&#x2F;b`).
 */
export function t(id: string, english: string, values: Record<string, string | number> = {}): string {
  return translate(id, english, { ...values, interpolation: { escapeValue: false } });
}
