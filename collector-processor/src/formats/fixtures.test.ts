import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { test } from 'node:test';
import type { Envelope, Json } from '@cnapp-slo/model';
import { detect, mayBeNative, recognise } from './index.ts';
import { peel } from './peel/index.ts';

const FOLDER = resolve(import.meta.dirname, '../../..', process.env.CNAPP_FIXTURES ?? '../shared/fixtures');
const MANIFEST = join(FOLDER, 'MANIFEST.tsv');
const RECEIVED = Date.UTC(2026, 10, 1);

/** Where a file is of another format than its folder's, by its structure: twins of OCSF pairs, one tool's report in another's format. */
const BY_STRUCTURE: [path: RegExp, format: string][] = [
  [/\.ocsf\.(json|txt)$/, 'ocsf'],
  [/^securityhub-ocsf\/.*\.raw\.json$/, 'securityhub-asff'],
  [/^trivy\/.*\.asff\.json$/, 'securityhub-asff'],
  [/^trivy\/.*\.gitlab\.json$/, 'gitlab'],
  [/^checkov\/checkov_gitlab_sast\.json$/, 'gitlab'],
  [/^argocd\/inbound_gitlab\.json$/, 'gitlab'],
  [/^driftctl\/.*_plan\.json$/, 'terraform-plan'],
  [/^cloudtrail\/event-config-rule-/, 'inventory-aws-config'],
];
/** Read elsewhere: protobuf by the OTLP decoder. Nothing to recognise: no byte at all. */
const NOT_HERE = /\.pb$|export_empty\.ndjson$/;

function envelopeOf(path: string, attributes: Record<string, Json> = {}): Envelope {
  return { resource: {}, attributes, receivedMs: RECEIVED, path: basename(path) };
}

if (!existsSync(MANIFEST)) {
  test('every fixture is recognised as its format', (context) => {
    if (process.env.CNAPP_REQUIRE_ALL === '1') assert.fail('the fixtures are absent');
    context.skip('the fixtures are absent');
  });
} else {
  for (const line of readFileSync(MANIFEST, 'utf8').trim().split('\n').slice(1)) {
    const columns = line.split('\t');
    const [path = '', expected = '', outcome = ''] = [columns[0], columns[7], columns[8]];
    if (NOT_HERE.test(path)) continue;
    const format = BY_STRUCTURE.find(([pattern]) => pattern.test(path))?.[1] ?? expected;
    test(`${path}: ${outcome}${format === '' ? '' : ` as ${format}`}`, () => check(path, format, outcome));
  }
}

function check(path: string, format: string, outcome: string): void {
  const bytes = new Uint8Array(readFileSync(join(FOLDER, path)));
  // A hint is allowed where the file does not tell; that it is not needed is no fault.
  const hint: Record<string, Json> = outcome === 'needs a hint' ? { 'cnapp.format': format } : {};
  const { events, recognised, byFormat, rejections } = recognise(bytes, envelopeOf(path, hint));
  assert.deepEqual(
    rejections.filter(({ code }) => code.endsWith('.internal')),
    [],
  );
  if (outcome === 'schema, not telemetry') {
    assert.equal(recognised, 0);
    return;
  }
  if (outcome === 'recognised' || outcome === 'needs a hint' || outcome === 'rejected') {
    assert.ok(recognised > 0, 'nothing is recognised');
    // One file of cluster audit logs holds an entry of another service.
    if (format !== '') assert.ok((byFormat[format] ?? 0) > recognised / 2, `recognised as ${JSON.stringify(byFormat)}`);
    assert.equal(recognised, events, 'a document is not recognised');
  }
  if (outcome === 'rejected') assert.notEqual(rejections.length, 0);
  everyRecognisedDocumentPassesThePrefilter(bytes, path);
}

/** What the prefilter dismisses is lost: nothing that a format claims may be. */
function everyRecognisedDocumentPassesThePrefilter(bytes: Uint8Array, path: string): void {
  for (const { doc, envelope } of peel(bytes, envelopeOf(path)).docs.slice(0, 50)) {
    if (
      detect(doc, envelope) === null ||
      'otlp.signal' in envelope.attributes ||
      'aws.event.source' in envelope.attributes
    )
      continue;
    const body = typeof doc === 'string' ? doc : JSON.stringify(doc);
    // Files of text, not bodies of log records.
    if (typeof doc === 'string' && /CODEOWNERS|cosign|falco/.test(path)) continue;
    assert.ok(mayBeNative(body), `the prefilter dismisses ${body.slice(0, 200)}`);
  }
}
