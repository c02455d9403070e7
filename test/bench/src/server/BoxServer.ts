import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@backstage/types';
import type { ObjectRef } from '@data-resources/plugin-data-resources-node';

/** One object. */
export interface Box {
  id: string;
  spec: JsonObject;
  access: Set<string>;
}

/**
 * Where the boxes are. One that the ledger knows and this does not, because it was put into the
 * database and never made, is taken to be there.
 */
export class BoxServer {
  readonly boxes = new Map<string, Box>();
  readonly enabled = new Set<string>();

  /** @param unmanaged - names of boxes that are there from the start */
  constructor(unmanaged: readonly string[] = []) {
    unmanaged.forEach(name => this.create(name, { size: 2 }));
  }

  find({ name, identity, desired }: ObjectRef): Box | undefined {
    const found = this.boxes.get(name);
    if (found || identity?.seeded !== true) {
      return found;
    }
    const box = {
      id: String(identity.id),
      spec: desired ?? { size: 1 },
      access: new Set<string>(),
    };
    this.boxes.set(name, box);
    return box;
  }

  create(name: string, spec: JsonObject): void {
    this.boxes.set(name, { id: randomUUID(), spec, access: new Set() });
  }
}
