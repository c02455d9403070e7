/**
 * What the browser journeys share with those over HTTP.
 *
 * @packageDocumentation
 */
export { entityOf } from './support/catalog';
export { eventually } from './support/eventually';
export { bareDatabase, discovered, foreignDatabase } from './support/foreign';
export {
  database,
  keyspace,
  LOGISTICS,
  ofLogistics,
  topic,
  uniqueName,
} from './support/inputs';
export { developer, engineer, neighbour, Person } from './support/Person';
export {
  approve,
  ask,
  carryOutDeletion,
  completed,
  create,
  resource,
} from './support/requests';
export { recordPassword } from './support/secrets';
export { Server } from './support/Server';
