import { createBackend } from '@backstage/backend-defaults';
import { addDataResources } from './dataResources';
import { addUpstream } from './upstream';

const backend = createBackend();
addUpstream(backend);
addDataResources(backend);
backend.start();
