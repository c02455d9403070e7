export { usage } from './usage';
