import { seeded } from './seeded.ts';

/** Lines of one template of one host-minute. */
export interface BurstyUnit {
  items: number;
  failed: number;
}

/** An hour of a hundred hosts: most minutes have a line or two, some have thousands; one host in five fails half the time. */
export function burstyStream(seed: number, minutes = 6000): BurstyUnit[] {
  const random = seeded(seed);
  return Array.from({ length: minutes }, () => {
    const items = Math.max(1, Math.floor((1 - random()) ** (-1 / 1.2))); // Pareto, shape 1.2
    const rate = random() < 0.2 ? 0.5 : 0.03;
    let failed = 0;
    for (let item = 0; item < items; item += 1) if (random() < rate) failed += 1;
    return { items, failed };
  });
}
