/**
 * Kills, freezes and overloads a real portal with real engines, and counts what is lost.
 *
 * @packageDocumentation
 */
export { kinds } from './kinds';
export type { Kind } from './kinds';
export { partNames } from './parts';
export type { PartName } from './parts';
export { isBad, tableOf } from './Report';
export type { PartResult } from './Report';
export { runFault } from './runFault';
export type { FaultOptions } from './runFault';
