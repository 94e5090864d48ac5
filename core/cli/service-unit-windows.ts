import { xml } from './service-unit-xml.ts'
import type { Service } from './service-units.ts'

/** An argument as CommandLineToArgvW reads it back. */
const word = (text: string) => (/^[^\s"]+$/.test(text) ? text : `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`)

/** A task of the Task Scheduler that starts with the machine, whether somebody is logged on or not. */
export function windowsUnit({ command: [node, ...args], user }: Service): string {
  // Without an encoding of its own: what a shell redirects is UTF-8 or, with a byte order mark, UTF-16.
  return `<?xml version="1.0"?>
<!-- The registry of OptiChat, for the Task Scheduler. To install it, save this as optichat-registry.xml, then, as an administrator:
       schtasks /Create /TN "OptiChat registry" /XML optichat-registry.xml
       schtasks /Run /TN "OptiChat registry"
     People reach it once the firewall lets Node in. -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>OptiChat registry</Description>
  </RegistrationInfo>
  <Triggers>
    <BootTrigger>
      <Enabled>true</Enabled>
    </BootTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>${xml(user)}</UserId>
      <LogonType>S4U</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${xml(node)}</Command>
      <Arguments>${xml(args.map(word).join(' '))}</Arguments>
    </Exec>
  </Actions>
</Task>`
}
