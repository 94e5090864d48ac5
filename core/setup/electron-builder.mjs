/**
 * How the app becomes something to install: `npm run package` here, or `npm run package -- --win --mac` where those can be built. The
 * builder is fetched for it, as only who packs needs its hundred megabytes.
 */
const DESCRIPTION = 'Chat and file hand-over for a team on one local network'
const LOCAL_NETWORK = 'OptiChat finds the computers of your team on the local network, and talks and hands files to them directly.'

export default {
  appId: 'org.optichat.app',
  productName: 'OptiChat',
  copyright: 'MIT licence',
  directories: { output: 'dist-packages', buildResources: 'desktop/ui/public' },
  icon: 'desktop/ui/public/icon.png',
  asar: true,
  // Nothing is compiled: Electron brings its own SQLite, so the one for older Node stays out.
  npmRebuild: false,
  files: [
    'package.json',
    'LICENSE',
    'dist/**/*',
    '!dist/.*',
    '!**/*.map',
    '!**/*.d.{ts,cts,mts}',
    '!node_modules/@photostructure/**',
    '!node_modules/**/{test,tests,docs,example,examples}/**',
  ],
  extraMetadata: { main: 'dist/desktop/electron/main.js' },
  // What the app's program may do besides running the app: nothing. https://www.electronjs.org/docs/latest/tutorial/fuses
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },
  protocols: [{ name: 'OptiChat invite', schemes: ['optichat'] }],
  linux: {
    target: ['deb', 'AppImage'],
    category: 'Network',
    synopsis: DESCRIPTION,
    desktop: { entry: { Keywords: 'chat;files;lan;', StartupWMClass: 'OptiChat' } },
  },
  deb: { maintainer: 'The OptiChat authors', packageCategory: 'net' },
  win: { target: ['nsis'] },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true, deleteAppDataOnUninstall: false },
  mac: {
    target: ['dmg'],
    category: 'public.app-category.social-networking',
    // Without these macOS 15 keeps the app off the local network, and asks nobody.
    extendInfo: { NSLocalNetworkUsageDescription: LOCAL_NETWORK, NSBonjourServices: ['_optichat._tcp'] },
  },
}
