/** An object whose fields are made when they are first asked for. */
export function lazily<T extends object>(make: { [K in keyof T]: () => T[K] }): T {
  const made = {} as T;
  for (const name of Object.keys(make) as (keyof T)[]) {
    Object.defineProperty(made, name, {
      enumerable: true,
      configurable: true,
      get: () => {
        const value = make[name]();
        Object.defineProperty(made, name, { value, enumerable: true });
        return value;
      },
    });
  }
  return made;
}
