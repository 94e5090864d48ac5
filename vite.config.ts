import { defineConfig } from 'vite'

/** The app's page. Addresses are relative, as it is served from app:// by Electron and from a port by the browser shell. */
export default defineConfig({
  root: 'desktop/ui',
  base: './',
  build: { outDir: '../../dist/desktop/ui', emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0 },
})
