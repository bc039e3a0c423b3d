import { setImmediate as others } from 'node:timers/promises';

/** What else waits, waits about this long. */
const turnMs = 10;

/** Long answers: one after the other, a little at a time, so that short ones and what comes in need not wait for them. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** All that `read` gives, item by item, when its turn comes; null as it is. It ends early when `isGone` says that nobody waits any more. */
  all<T>(read: () => Iterable<T> | null, isGone: () => boolean): Promise<T[] | null> {
    const answer = this.#last.then(() => readInTurns(read, isGone));
    this.#last = answer.catch(() => {});
    return answer;
  }
}

async function readInTurns<T>(read: () => Iterable<T> | null, isGone: () => boolean): Promise<T[] | null> {
  const items: T[] = [];
  await others();
  if (isGone()) return items;
  const source = read();
  if (source === null) return null;
  let untilMs = performance.now() + turnMs;
  for (const item of source) {
    items.push(item);
    if (performance.now() < untilMs) continue;
    await others();
    if (isGone()) break;
    untilMs = performance.now() + turnMs;
  }
  return items;
}
