import '../../shared/ui/mantine.css';
import '@mantine/notifications/styles.layer.css';
import '../../shared/fonts/pretendard/pretendard.css';
import '../../shared/ui/tokens.css';
import { catchInstallOffer } from '../../shared/browser/install';
import { startI18n } from '../../shared/i18n';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { words } from './words';

catchInstallOffer();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
const render = () => createRoot(root).render(<App />);
// Without the words, which the network may have lost, it still shows who calls.
void startI18n(words).then(render, render);
