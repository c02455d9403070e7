import { Route, Routes } from 'react-router-dom';
import { ResourcePage } from '../resource/ResourcePage';
import { ResourcesPage } from './ResourcesPage';

/** `/data-resources` and `/data-resources/:resourceId`. */
export const ResourcesRouter = () => (
  <Routes>
    <Route path="/" element={<ResourcesPage />} />
    <Route path="/:resourceId" element={<ResourcePage />} />
  </Routes>
);
