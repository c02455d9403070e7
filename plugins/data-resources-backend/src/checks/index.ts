export * from './closest';
export * from './entityRefs';
export * from './findUnsafe';
export * from './showValue';
