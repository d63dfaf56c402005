import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './fonts/pretendard/pretendard.css';
import './app/tokens.css';
import './i18n';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(<App />);
