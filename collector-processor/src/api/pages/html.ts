/** Markup that is safe to send: everything that was put into it is escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Renderable = Html | string | number | null | undefined | false | readonly Renderable[];

/** `html`<b>${name}</b>``: strings are escaped for text and quoted attributes, arrays joined, null and false leave nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Renderable[]): Html {
  return new Html(parts.reduce((text, part, index) => text + render(values[index - 1]) + part));
}

function render(value: Renderable): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(render).join('');
  return escapeText(String(value));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** A link where the address is one for the web; a `javascript:` address from telemetry is only shown. */
export function webLink(href: string, label: string): Html {
  if (!/^https?:\/\//i.test(href)) return html`<span>${label}</span>`;
  return html`<a href="${href}" rel="noreferrer noopener">${label}</a>`;
}

/** A path of ours, with each segment encoded. */
export function path(...segments: readonly string[]): string {
  return `/${segments.map(encodeURIComponent).join('/')}`;
}
