import { ConflictError, InputError } from '@backstage/errors';
import type {
  DataResourcesExportsExtensionPoint,
  ExportFormat,
  ResourceType,
} from '@data-resources/plugin-data-resources-node';

/** The formats that modules add to those of the engines. */
export class ExportCollection implements DataResourcesExportsExtensionPoint {
  readonly #added: { type: string; format: ExportFormat }[] = [];

  addExport(type: string, format: ExportFormat): void {
    if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(format.id)) {
      throw new InputError(
        `The export ${JSON.stringify(
          format.id,
        )} of ${type} must have an id of a-z, 0-9 and -, for it is part of URLs`,
      );
    }
    this.#added.push({ type, format });
  }

  /**
   * All formats by their type, the engines' own first. Throws a `ConflictError` for an id that is
   * there twice, and an `InputError` for a type that no engine has.
   */
  over(
    types: ReadonlyMap<string, ResourceType>,
  ): ReadonlyMap<string, readonly ExportFormat[]> {
    const formats = new Map(
      [...types].map(([name, type]) => [name, [...(type.exports ?? [])]]),
    );
    for (const { type, format } of this.#added) {
      const known = formats.get(type);
      if (!known) {
        throw new InputError(
          `The export "${
            format.id
          }" is for the type "${type}", which no engine brings; there are: ${
            [...types.keys()].join(', ') || 'none'
          }`,
        );
      }
      if (known.some(({ id }) => id === format.id)) {
        throw new ConflictError(
          `The type "${type}" has an export "${format.id}" already; choose another id`,
        );
      }
      known.push(format);
    }
    return formats;
  }
}
