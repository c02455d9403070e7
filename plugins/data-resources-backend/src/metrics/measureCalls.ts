/**
 * The same object, with `record` called after every asynchronous method of it, told the error of
 * one that failed. What answers at once (a plan, a constant) is not measured.
 */
export function measureCalls<T extends object>(
  target: T,
  record: (method: string, ms: number, error?: unknown) => void,
): T {
  return new Proxy(target, {
    get(of, property) {
      const value = Reflect.get(of, property, of);
      if (typeof value !== 'function') {
        return value;
      }
      return (...args: unknown[]) => {
        const begin = performance.now();
        // On the object itself: a proxy has no private fields.
        const answer = value.apply(of, args);
        if (!(answer instanceof Promise)) {
          return answer;
        }
        const method = String(property);
        return answer.then(
          result => {
            record(method, performance.now() - begin);
            return result;
          },
          error => {
            record(method, performance.now() - begin, error);
            throw error;
          },
        );
      };
    },
  });
}
