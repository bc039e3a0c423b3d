/** For tests: a small seeded generator (mulberry32), so that a failing payload can be made again from its number. */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** One to four edits: a flipped bit, an extreme byte, a cut, a doubled, dropped or overwritten stretch. */
export function mutate(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  let mutant = Buffer.from(bytes);
  for (let edits = 1 + random(4); edits > 0 && mutant.length > 0; edits--) {
    const at = random(mutant.length);
    const span = 1 + random(16);
    switch (random(6)) {
      case 0:
        mutant[at] = (mutant[at] ?? 0) ^ (1 << random(8));
        break;
      case 1:
        mutant[at] = [0, 0x7f, 0x80, 0xff][random(4)] ?? 0;
        break;
      case 2:
        mutant = mutant.subarray(0, at);
        break;
      case 3:
        mutant = Buffer.concat([mutant.subarray(0, at + span), mutant.subarray(at)]);
        break;
      case 4:
        mutant = Buffer.concat([mutant.subarray(0, at), mutant.subarray(at + span)]);
        break;
      default:
        mutant.copy(mutant, at, random(mutant.length));
    }
  }
  return mutant;
}
