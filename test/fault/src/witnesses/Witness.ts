import type { EnginesDescription } from '@data-resources/test-engines';

/**
 * Lists everything that the portal could make on an engine, one line each, as its administrator
 * sees it. A line about an object or a login names it.
 */
export type Witness = (engines: EnginesDescription) => Promise<string[]>;
