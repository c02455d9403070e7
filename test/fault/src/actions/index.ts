import type { Action } from './Action';
import { adopt } from './adopt';
import { create } from './create';
import { grant } from './grant';
import { purge } from './purge';
import { quarantine } from './quarantine';
import { restore } from './restore';
import { revoke } from './revoke';
import { update } from './update';

export type { Action } from './Action';

/** Every action that is cut off at each of its moments; a new one is a file and a line here. */
export const actions: readonly Action[] = [
  create,
  update,
  grant,
  revoke,
  quarantine,
  restore,
  purge,
  adopt,
];
