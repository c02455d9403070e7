import { Route, Routes } from 'react-router-dom';
import { RequestPage } from '../request/RequestPage';
import { RequestsPage } from './RequestsPage';

/** `/requests` and `/requests/:requestId`. */
export const RequestsRouter = () => (
  <Routes>
    <Route path="/" element={<RequestsPage />} />
    <Route path="/:requestId" element={<RequestPage />} />
  </Routes>
);
