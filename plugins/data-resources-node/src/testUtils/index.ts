/**
 * What every engine is tested with.
 *
 * @packageDocumentation
 */
export * from './contract/ContractBench';
export * from './contract/Operation';
export * from './contract/ProviderContractFixture';
export * from './contract/runProviderContractTests';
export * from './MemoryStepJournal';
export * from './TcpProxy';
export * from './exportInput';
