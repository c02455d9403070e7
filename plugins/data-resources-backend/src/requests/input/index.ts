export { RequestInputError } from '../../errors/RequestInputError';
export * from './RequestInput';
export { parseRequestInput, parseSpec } from './parseRequestInput';
