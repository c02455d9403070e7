/** How deep a request body may be nested; specs need three or four levels. */
const MAX_DEPTH = 20;

/** A part of a JSON value that must not reach a database or an engine. */
export interface UnsafePart {
  /** Where it is, e.g. `spec.config["a b"]`; empty for the value itself. */
  path: string;
  /** What is wrong with it, to be put behind the path. */
  problem: string;
}

/** What {@link findUnsafe} allows. */
export interface FindUnsafeOptions {
  /** Whether a text at this path may have line breaks and tabs. */
  multiline?: (path: string) => boolean;
}

/**
 * Looks through a whole JSON value for what no field may hold: NUL and other control
 * characters, halves of surrogate pairs, numbers too large for JSON, keys that change an
 * object's prototype, and nesting so deep that whoever walks it runs out of stack.
 */
export function findUnsafe(
  value: unknown,
  options: FindUnsafeOptions = {},
): UnsafePart | undefined {
  const multiline = options.multiline ?? (() => false);
  const todo: { value: unknown; path: string; depth: number }[] = [
    { value, path: '', depth: 0 },
  ];
  for (let part = todo.pop(); part; part = todo.pop()) {
    const { path, depth } = part;
    if (depth > MAX_DEPTH) {
      return { path, problem: `is nested more than ${MAX_DEPTH} levels deep` };
    }
    if (typeof part.value === 'string') {
      const problem = unsafeText(part.value, multiline(path));
      if (problem) {
        return { path, problem };
      }
    } else if (typeof part.value === 'number') {
      if (!Number.isFinite(part.value)) {
        return { path, problem: 'is a number too large to be read' };
      }
    } else if (part.value !== null && typeof part.value === 'object') {
      const entries = Object.entries(part.value);
      for (const [key, child] of entries.reverse()) {
        const problem =
          key === '__proto__' ? 'is reserved' : unsafeText(key, false);
        if (problem) {
          return {
            path: join(path, key, Array.isArray(part.value)),
            problem: `has a key that ${problem}`,
          };
        }
        todo.push({
          value: child,
          path: join(path, key, Array.isArray(part.value)),
          depth: depth + 1,
        });
      }
    }
  }
  return undefined;
}

/** What makes a text unfit to be stored or shown, if anything. */
export function unsafeText(
  text: string,
  multiline: boolean,
): string | undefined {
  for (const character of text) {
    const code = character.codePointAt(0)!;
    // Iterating by code points leaves only unpaired surrogates in this range.
    if (code >= 0xd800 && code <= 0xdfff) {
      return `holds half of a surrogate pair (${show(code)})`;
    }
    const lineBreak = code === 0x09 || code === 0x0a || code === 0x0d;
    const control = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    if (control && !(multiline && lineBreak)) {
      return `holds the control character ${show(code)}`;
    }
  }
  return undefined;
}

function show(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function join(path: string, key: string, isArray: boolean): string {
  if (isArray) {
    return `${path}[${key}]`;
  }
  if (!/^[A-Za-z_][\w-]*$/.test(key)) {
    return `${path}[${JSON.stringify(key)}]`;
  }
  return path === '' ? key : `${path}.${key}`;
}
