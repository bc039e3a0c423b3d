import { readFileSync } from 'node:fs';
import { type Html, html } from './html.ts';
import { utc } from './humanize.ts';

/** Pages take style, script and icon from here only; nothing inline runs, whatever telemetry holds. */
export const pageSecurity = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const contentTypes = {
  'page.css': 'text/css; charset=utf-8',
  'tables.css': 'text/css; charset=utf-8',
  'charts.css': 'text/css; charset=utf-8',
  'answers.css': 'text/css; charset=utf-8',
  'live.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

/** The files that pages refer to. */
export const staticFiles = Object.entries(contentTypes).map(([name, type]) => ({
  name,
  type,
  content: readFileSync(new URL(name, import.meta.url)),
}));

const places = [
  ['/', 'Overview'],
  ['/findings', 'Findings'],
  ['/sources', 'Sources'],
  ['/plans', 'Approvals'],
] as const;

export interface PageFrame {
  title: string;
  /** The place in the navigation that the page belongs to. */
  place: (typeof places)[number][0] | null;
  nowMs: number;
}

/** A whole page around its content. */
export function layout({ title, place, nowMs }: PageFrame, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · CNAPP SLOs</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/page.css">
<link rel="stylesheet" href="/static/tables.css">
<link rel="stylesheet" href="/static/charts.css">
<link rel="stylesheet" href="/static/answers.css">
<script src="/static/live.js" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<a class="brand" href="/"><img src="/static/icon.svg" alt="" width="24" height="24">CNAPP SLOs</a>
<nav class="places" aria-label="Main">${places.map(
    ([href, name]) => html`<a href="${href}"${href === place && html` aria-current="page"`}>${name}</a>`,
  )}</nav>
<p class="asof" id="live" data-state="still"><span class="dot" aria-hidden="true"></span><span id="live-text">As of</span> ${utc(new Date(nowMs).toISOString())}</p>
</header>
<main id="main" tabindex="-1">
${content}
</main>
<footer class="page"><p>Times are UTC. What is not known is shown as “no data”, never as zero. <a href="/openapi.json">API</a></p></footer>
</body>
</html>
`;
}
