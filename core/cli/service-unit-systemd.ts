import type { Service } from './service-units.ts'

/** A word of a unit file (systemd.syntax(7), systemd.service(5)): no specifier, no variable, no escape is meant. */
const word = (text: string, options: { command: boolean }) => {
  const plain = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')
  return `"${options.command ? plain.replaceAll('$', '$$$$') : plain}"`
}

/** A system unit that may write to the data folder and nowhere else. */
export function systemdUnit({ command, data, port, user }: Service): string {
  // A private /tmp would hide what lies in the real one.
  const inTmp = [command[0], command[1], data].some((path) => /^\/(var\/)?tmp\//.test(path))
  const privileged = port > 0 && port < 1024
  return `# The registry of OptiChat, for systemd. To install it:
#   optichat registry --print-service systemd … | sudo tee /etc/systemd/system/optichat-registry.service
#   sudo systemctl daemon-reload && sudo systemctl enable --now optichat-registry
# Its log: journalctl -u optichat-registry

[Unit]
Description=OptiChat registry
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
User=${user.replaceAll('%', '%%')}
# With all rights, since the folder above may belong to somebody else.
ExecStartPre=+/usr/bin/install -d -m 0700 -o ${word(user, { command: true })} ${word(data, { command: true })}
ExecStart=${command.map((text, index) => word(text, { command: index > 0 })).join(' ')}
Restart=on-failure
RestartSec=2
# A command line that cannot be meant does not get better.
RestartPreventExitStatus=2
# It says goodbye and closes its database.
KillSignal=SIGTERM
TimeoutStopSec=30
LimitNOFILE=65536
UMask=0077

ProtectSystem=strict
ReadWritePaths=${word(`-${data}`, { command: false })}
ProtectHome=read-only
PrivateTmp=${inTmp ? 'no' : 'yes'}
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
NoNewPrivileges=yes
CapabilityBoundingSet=${privileged ? 'CAP_NET_BIND_SERVICE' : ''}
AmbientCapabilities=${privileged ? 'CAP_NET_BIND_SERVICE' : ''}
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target`
}
