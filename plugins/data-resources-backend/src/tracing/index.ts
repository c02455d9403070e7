export * from './tracedProvider';
export * from './tracing';
