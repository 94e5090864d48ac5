import { defineConfig } from 'vite'
import { emojiWordsPlugin } from './core/setup/emoji-words.mjs'

/** The app's page. Addresses are relative, as it is served from app:// by Electron and from a port by the browser shell. */
export default defineConfig({
  root: 'desktop/ui',
  base: './',
  plugins: [emojiWordsPlugin()],
  build: { outDir: '../../dist/desktop/ui', emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0 },
})
