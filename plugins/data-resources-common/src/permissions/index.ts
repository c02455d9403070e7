export * from './auditPermissions';
export * from './dataResourcesPermissions';
export * from './requestPermissions';
export * from './resourcePermissions';
