export * from './closest';
export * from './entityRefs';
export * from './findUnsafe';
export * from './listSome';
export * from './showValue';
