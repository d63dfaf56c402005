import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { mantineStyles } from './mantineStyles.ts';

// The development server passes everything that is not the app itself on to a running controller.
const controller = process.env.RINGDESK_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), mantineStyles()],
  server: {
    proxy: {
      '/api': { target: controller, ws: true, changeOrigin: true },
      '/sip': { target: controller, ws: true, changeOrigin: true },
    },
  },
  build: {
    // The first versions with light-dark(), which the colours are written in.
    target: ['chrome123', 'firefox121', 'safari17.5'],
    // Fonts and icons stay files of their own, so that a strict content security policy needs no data: sources.
    assetsInlineLimit: 0,
  },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'], testTimeout: 30_000, maxWorkers: '100%' },
});
