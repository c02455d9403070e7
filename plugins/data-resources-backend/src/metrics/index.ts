export * from './CredentialMetrics';
export * from './EngineMetrics';
export * from './ExecutionMetrics';
export * from './LoopMetrics';
export * from './PluginMetrics';
