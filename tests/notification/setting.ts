import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IncidentJson, Page } from '@cnapp-slo/model';
import type { ProcessorServer } from '../servers/processor.ts';

/** A place for a secret, as the configuration wants it. */
export function secretFile(folder: string, name: string, secret: string): { file: string } {
  const file = join(folder, name);
  writeFileSync(file, `${secret}\n`);
  return { file };
}

/** The section as `key=value` settings of the command line. */
export function notificationSettings(section: object): string[] {
  return Object.entries(section).map(([key, value]) => `notifications.${key}=${JSON.stringify(value)}`);
}

export async function incidentsOf(processor: ProcessorServer, headers = {}): Promise<IncidentJson[]> {
  const answer = await fetch(`http://${processor.api}/api/v1/incidents`, { headers });
  return ((await answer.json()) as Page<IncidentJson>).items;
}
