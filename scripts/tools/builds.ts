/** The parts that are built into a cache: Kafka from Maven Central, the Collector and telemetrygen from Go modules. */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runCommand } from '../run-command.ts';

const root = dirname(dirname(import.meta.dirname));

/** Where built parts are kept: `CNAPP_TOOLS`, so that several clones can share them, or the project's `.cache/tools`. */
const cache = process.env.CNAPP_TOOLS ?? join(root, '.cache/tools');

export interface Build {
  /** The finished part. It exists whole or not at all: it is built beside and renamed. */
  folder: string;
  /** Commands that building needs. */
  needs: readonly string[];
  build(folder: string): Promise<unknown>;
}

const collectorManifest = join(import.meta.dirname, 'collector-builder.yaml');
const kafkaManifest = join(import.meta.dirname, 'kafka-pom.xml');

export const builds = {
  kafka: {
    folder: join(cache, `kafka-${fingerprint(kafkaManifest)}`),
    needs: ['mvn', 'java'],
    build: (folder) =>
      runCommand('mvn', [
        '-B',
        '-q',
        '-f',
        kafkaManifest,
        'dependency:copy-dependencies',
        `-DoutputDirectory=${folder}`,
      ]),
  },
  collector: {
    folder: join(cache, `collector-${fingerprint(collectorManifest)}`),
    needs: ['go'],
    async build(folder) {
      copyFileSync(collectorManifest, join(folder, basename(collectorManifest)));
      const builder = 'go.opentelemetry.io/collector/cmd/builder@v0.155.0';
      const generate = ['run', builder, '--config', basename(collectorManifest), '--skip-compilation'];
      // It also resolves modules, and fails where a test-only dependency of a component is not to be had; the sources are there by then.
      await runCommand('go', generate, { cwd: folder }).catch(() => undefined);
      const cwd = join(folder, 'src');
      await runCommand('go', ['mod', 'tidy', '-e'], { cwd });
      await runCommand('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', join(folder, 'otelcol'), '.'], { cwd });
      rmSync(cwd, { recursive: true });
    },
  },
  telemetrygen: {
    folder: join(cache, 'telemetrygen-0.161.0'),
    needs: ['go'],
    build: (folder) =>
      runCommand(
        'go',
        ['install', 'github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen@v0.161.0'],
        { env: { ...process.env, GOBIN: folder } },
      ),
  },
} satisfies Record<string, Build>;

/** Builds a part beside its place and moves it there whole. Two set-ups at once both finish; the first one's result stays. */
export async function buildPart({ folder, build }: Build): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(`${folder}.`);
  try {
    await build(unfinished);
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** A changed manifest is another part. */
function fingerprint(manifest: string): string {
  return createHash('sha256').update(readFileSync(manifest)).digest('hex').slice(0, 12);
}
