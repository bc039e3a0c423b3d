import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { parseSection } from '../config.ts';
import { type Tiers, TiersConfig } from '../sampling/config.ts';
import { CommandError } from './command.ts';

/** The tiers that a YAML file sets; the defaults without one. */
export function readTiers(file: string | undefined): Tiers {
  try {
    return parseSection(TiersConfig, '', file === undefined ? {} : parseYaml(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new CommandError(`${file ?? 'tiers'}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
