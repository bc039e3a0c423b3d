import type { Actor } from '@cnapp-slo/model';
import type { PersonConfig } from './config.ts';

/** Services that know people by their own ids. */
export type Service = 'slack' | 'pagerduty' | 'opsgenie' | 'github' | 'jira' | 'grafana';

/** Who is who: one person is one actor, wherever they answer. */
export class People {
  readonly all: readonly PersonConfig[];

  constructor(people: readonly PersonConfig[]) {
    this.all = people;
  }

  named(name: string): PersonConfig | undefined {
    return this.all.find((person) => person.name === name);
  }

  known(service: Service, id: string): PersonConfig | undefined {
    return this.all.find((person) => person[service] === id);
  }

  /** The person behind a service's user; one that is not known keeps the service's id, and can be mistaken for nobody. */
  actor(service: Service, id: string): Actor {
    return { id: this.known(service, id)?.name ?? `${service}:${id}`, kind: 'human' };
  }
}

export function mayAnswerFor({ teams }: PersonConfig, team: string): boolean {
  return teams.includes('*') || teams.includes(team);
}
