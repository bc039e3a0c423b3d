import { type RefObject, useEffect, useRef, useState } from 'react';

/** A little beyond the window's edges, so that what is scrolled to is there already. */
const margin = '300px';

/** Whether the element has ever come near the window: what nobody looks at need not be loaded. */
export function useInSight<E extends Element>(): [ref: RefObject<E>, isInSight: boolean] {
  const ref = useRef<E>(null);
  const [isInSight, setInSight] = useState(false);
  useEffect(() => {
    if (ref.current === null || isInSight) return;
    const observer = new IntersectionObserver((entries) => setInSight(entries.some((entry) => entry.isIntersecting)), {
      rootMargin: margin,
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [isInSight]);
  return [ref, isInSight];
}
