/** How the time between the steps of a story passes: `setTimeout` in the demo, at once in tests. Rejects when the demo ends. */
export type Pause = (seconds: number) => Promise<void>;

/** Plays a story to its end. */
export async function play(story: Generator<number, void, void>, pause: Pause): Promise<void> {
  for (const seconds of story) await pause(seconds);
}
