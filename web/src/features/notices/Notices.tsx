import { useEffect } from 'react';
import { startWorker } from '../../shared/browser/worker';
import { useNewVersion } from './useNewVersion';
import { useNotices } from './useNotices';
import './words';

/** What the desk tells beside its screens; nothing of its own is in sight. */
export default function Notices() {
  useEffect(startWorker, []);
  useNotices();
  useNewVersion();
  return null;
}
