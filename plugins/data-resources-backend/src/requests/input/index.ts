export { RequestInputError } from '../../errors/RequestInputError';
export * from './RequestInput';
export { parseRequestInput } from './parseRequestInput';
