import { xml } from './service-unit-xml.ts'
import type { Service } from './service-units.ts'

/** An agent of the user's session (launchd.plist(5)). */
export function launchdUnit({ command, home }: Service): string {
  const log = `${home}/Library/Logs/optichat-registry.log`
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- The registry of OptiChat, for launchd. To install it, save this as ~/Library/LaunchAgents/local.optichat.registry.plist, then
       launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/local.optichat.registry.plist -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>local.optichat.registry</string>
  <key>ProgramArguments</key>
  <array>
${command.map((text) => `    <string>${xml(text)}</string>`).join('\n')}
  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>5</integer>
  <key>ExitTimeOut</key>
  <integer>30</integer>
  <key>Umask</key>
  <integer>63</integer>
  <key>SoftResourceLimits</key>
  <dict>
    <key>NumberOfFiles</key>
    <integer>16384</integer>
  </dict>
  <key>StandardOutPath</key>
  <string>${xml(log)}</string>
  <key>StandardErrorPath</key>
  <string>${xml(log)}</string>
</dict>
</plist>`
}
