export * from './certificateAuthorityExport';
export * from './ExportFormat';
export * from './kubernetesName';
export * from './texts';
