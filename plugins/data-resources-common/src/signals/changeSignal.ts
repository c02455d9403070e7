/**
 * The channel of Backstage's signals on which the backend says what is different now.
 *
 * @public
 */
export const DATA_RESOURCES_CHANNEL = 'data-resources';

/**
 * Something is different now; who hears it reads what, with their own rights. May come more than
 * once, and not at all: it only makes a page look earlier than it would by itself.
 *
 * @public
 */
export type ChangeSignal = {
  kind: 'request' | 'resource';
  id: string;
  /** The resource that a request is about, where there is one already. */
  resourceId?: string;
};
