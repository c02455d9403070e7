export {
  dialectOf,
  OLDEST_VERSION,
  POSTGRES_16,
  type Dialect,
  type ServerVersion,
} from './Dialect';
export { render, variant } from './variant';
export { administers, madeByPortal, madeInTransactions } from './queries';
