import type { RequestInput } from '../input';
import type { Subject } from '../Subject';
import { isSystem } from '../systemRequesters';
import { resolveGrant, resolveRevoke } from './resolveAccess';
import { resolveAdopt } from './resolveAdopt';
import { resolveCreate } from './resolveCreate';
import {
  resolveDelete,
  resolveRestore,
  resolveUpdate,
} from './resolveExisting';
import type { Asking, SubjectSources } from './SubjectSources';

/** What is known of a request besides its input and who asks. */
export interface RequestContext {
  /** The resource that the request made when it was approved. */
  madeId?: string | null;
  /** Whether it is one of many that were sent together. */
  inBulk?: boolean;
}

/**
 * Looks up everything that an input refers to, and whether the requester may ask for it. The
 * same for a new request and for one that is about to be executed: groups and owners are read
 * from the catalog each time.
 */
export class SubjectResolver {
  readonly #sources: SubjectSources;

  private constructor(sources: SubjectSources) {
    this.#sources = sources;
  }

  static create(sources: SubjectSources): SubjectResolver {
    return new SubjectResolver(sources);
  }

  /**
   * The same for many inputs at one moment: of each entity the catalog is asked once. Not to be
   * kept any longer.
   *
   * @param directory - one that remembers, where others ask it as well
   */
  atOnce(directory = this.#sources.directory.remembering()): SubjectResolver {
    return new SubjectResolver({ ...this.#sources, directory });
  }

  /**
   * Throws `RequestInputError` for a reference that leads nowhere, `NotAllowedError` for a
   * requester who may not ask, `ConflictError` where the resource's state forbids it.
   */
  async resolve(
    input: RequestInput,
    requestedBy: string,
    { madeId, inBulk = false }: RequestContext = {},
  ): Promise<Subject> {
    const { directory, platformGroup } = this.#sources;
    const asking: Asking = {
      requestedBy,
      requesterGroups: isSystem(requestedBy)
        ? new Set([platformGroup])
        : await directory.groupsOf(requestedBy),
      madeId,
      inBulk,
    };
    switch (input.action) {
      case 'create':
        return resolveCreate(input, asking, this.#sources);
      case 'adopt':
        return resolveAdopt(input, asking, this.#sources);
      case 'update':
        return resolveUpdate(input, asking, this.#sources);
      case 'delete':
        return resolveDelete(input, asking, this.#sources);
      case 'restore':
        return resolveRestore(input, asking, this.#sources);
      case 'grant':
        return resolveGrant(input, asking, this.#sources);
      default:
        return resolveRevoke(input, asking, this.#sources);
    }
  }
}
