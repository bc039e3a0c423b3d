// What jsdom lacks and Grafana's components touch while they are loaded or drawn.
class NoObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
  takeRecords() {
    return [];
  }
}

/** Nothing has a place: everything is in sight. */
class EverythingInSight extends NoObserver {
  #callback: (entries: { isIntersecting: boolean }[]) => void;
  constructor(callback: (entries: { isIntersecting: boolean }[]) => void) {
    super();
    this.#callback = callback;
  }
  override observe() {
    this.#callback([{ isIntersecting: true }]);
  }
}

Object.assign(globalThis, {
  matchMedia: (media: string) => ({
    media,
    matches: false,
    addEventListener() {},
    removeEventListener() {},
    addListener() {},
    removeListener() {},
  }),
  scrollTo() {},
  ResizeObserver: NoObserver,
  IntersectionObserver: EverythingInSight,
});
// Texts are measured, nothing is drawn.
Object.assign(HTMLCanvasElement.prototype, { getContext: () => ({ measureText: () => ({ width: 0 }) }) });
