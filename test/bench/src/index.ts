export * from './scale/scale';
export * from './fuzz/fuzz';
export * from './load/load';
export * from './engines/cassandra/cassandra';
export * from './engines/kafka/kafka';
export * from './engines/postgres/postgres';
