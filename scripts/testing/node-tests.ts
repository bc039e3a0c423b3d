import { relative } from 'node:path';
import { type EventData, run } from 'node:test';
import { inspect } from 'node:util';
import { add, emptyTally, format, type Tally } from './tally.ts';

type Ended = EventData.TestPass | EventData.TestFail;

/** Grafana is in no package registry: its tests run where `GRAFANA_URL` names one, and are skipped elsewhere, always. */
const MAY_LACK = /^GRAFANA_URL\b/;

/** A test that takes longer waits for something that will not come. */
const timeoutMs = 600_000;

/**
 * Runs test files on node:test, each in a process of its own, and prints a line a file, with every failure in full.
 * A file that crashes, or holds no test, is a failure; so is a skip when `requireAll` is set, but for Grafana.
 */
export async function runNodeTests(
  files: readonly string[],
  settings: { concurrency: number; requireAll: boolean },
): Promise<Tally> {
  const total = emptyTally();
  let file = new FileReport();
  // The events of one file follow each other, whatever runs at the same time. A test's own `file` is where it was
  // written, which for shared contract tests is another one.
  for await (const { type, data } of run({
    files: [...files],
    concurrency: settings.concurrency,
    timeout: timeoutMs,
  })) {
    if (type === 'test:stdout' || type === 'test:stderr') file.output += data.message;
    if (type !== 'test:pass' && type !== 'test:fail' && type !== 'test:summary') continue;
    if (type === 'test:summary') {
      if (data.file === undefined) continue; // of all files
    } else if (!files.includes(data.name)) {
      file.count(data, settings.requireAll);
      continue;
    } else {
      file.failed += 1;
      file.problems.push(type === 'test:fail' ? `crashed: ${errorOf(data)}` : 'holds no test');
    }
    const path = type === 'test:summary' ? data.file : data.name;
    file.print(relative(process.cwd(), path ?? ''));
    add(total, file);
    file = new FileReport();
  }
  return total;
}

class FileReport implements Tally {
  passed = 0;
  failed = 0;
  skipped = 0;
  /** What the file and its servers printed; shown when it fails. */
  output = '';
  problems: string[] = [];
  reasons = new Set<string>();

  /** Counts a test. A suite counts only when it was skipped, or failed by itself: its tests then do not appear. */
  count(test: Ended, requireAll: boolean): void {
    const skip = test.skip ?? test.todo;
    if (skip !== undefined && (!requireAll || MAY_LACK.test(String(skip)))) {
      this.skipped += 1;
      this.reasons.add(String(skip));
    } else if (skip !== undefined) {
      this.failed += 1;
      this.problems.push(`${test.name}: skipped (${skip}), but CNAPP_REQUIRE_ALL=1`);
    } else if ('error' in test.details) {
      if (failureType(test.details.error) === 'subtestsFailed') return;
      this.failed += 1;
      this.problems.push(`${test.name} (line ${test.line})\n${errorOf(test)}`);
    } else if (test.details.type !== 'suite') {
      this.passed += 1;
    }
  }

  print(path: string): void {
    console.log(`${this.failed > 0 ? 'FAIL' : 'ok  '} ${path}: ${format(this)}`);
    for (const reason of this.reasons) console.log(`     skipped: ${reason}`);
    for (const problem of this.problems) console.log(`     ✖ ${problem}`.replaceAll('\n', '\n       '));
    if (this.failed > 0 && this.output !== '') console.log(`     output:\n${this.output}`);
  }
}

function errorOf(test: Ended): string {
  if (!('error' in test.details)) return '';
  const { error } = test.details;
  const cause = error.cause ?? error;
  return typeof cause === 'string' ? cause : inspect(cause, { depth: 6 });
}

function failureType(error: Error): unknown {
  return 'failureType' in error ? error.failureType : undefined;
}
