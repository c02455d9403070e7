export * from './UsageLedger';
export * from './usageOf';
