export * from './CredentialMetrics';
export * from './EngineMetrics';
export * from './EventMetrics';
export * from './ExecutionMetrics';
export * from './LedgerGauges';
export * from './LoopMetrics';
export * from './observeInstances';
