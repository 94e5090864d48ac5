/** One computer of the virtual LAN: a network namespace with a home folder of its own. */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { command, ipIn } from './lan-ip.ts'
import { LanProcess, type Outcome } from './lan-process.ts'

export interface RunOptions {
  /** Added to the host's environment; `undefined` takes a variable away. */
  readonly env?: Record<string, string | undefined>
  readonly cwd?: string
}

export interface Nic {
  readonly name: string
  readonly address: string
  readonly lan: number
  /** The switch's end of the cable. */
  readonly port: string
}

/** What a host needs to know of the lab it stands in. */
export interface LabWiring {
  readonly switch: string
  readonly gateway: boolean
  /** The next free interface name at the switch. */
  nextPort(): string
}

export class LanHost {
  readonly name: string
  readonly namespace: string
  /** The home folder of everything that runs here; gone after `lan.close()`. */
  readonly home: string
  readonly nics: Nic[] = []
  #lab: LabWiring
  #number: number

  constructor(name: string, namespace: string, home: string, number: number, lab: LabWiring) {
    this.name = name
    this.namespace = namespace
    this.home = home
    this.#number = number
    this.#lab = lab
  }

  /** The IPv4 address of its first NIC. */
  get address(): string {
    return this.#nic('eth0').address
  }

  async boot(): Promise<void> {
    mkdirSync(join(this.home, 'run'), { recursive: true, mode: 0o700 })
    await command('ip', ['netns', 'add', this.namespace])
    await ipIn(this.namespace, ['link set lo up'])
    // Addresses are usable at once (no duplicate detection), and plain `ping` works.
    const settings = ['net.ipv6.conf.all.accept_dad=0', 'net.ipv6.conf.default.accept_dad=0', 'net.ipv4.igmp_max_memberships=100']
    await command('ip', ['netns', 'exec', this.namespace, 'sysctl', '-qw', ...settings])
  }

  /** Plugs one more NIC into LAN 0, 1, …; `name` may also be docker0- or tun0-like. Answers its name and address. */
  async addNic(options: { lan?: number; name?: string; address?: string } = {}): Promise<Nic> {
    const lan = options.lan ?? 0
    const name = options.name ?? `eth${this.nics.length}`
    const again = this.nics.some((nic) => nic.lan === lan)
    const address = options.address ?? `10.77.${lan}.${again ? this.#number + 100 : this.#number}`
    const port = this.#lab.nextPort()
    await ipIn(this.#lab.switch, [
      `link add ${port} type veth peer name ${name} netns ${this.namespace}`,
      `link set ${port} master br${lan} up`,
    ])
    await ipIn(this.namespace, [`addr add ${address}/24 brd + dev ${name}`, `link set ${name} up`])
    const nic = { name, address, lan, port }
    this.nics.push(nic)
    await this.#route(nic)
    return nic
  }

  /** Pulls a NIC out of the computer. */
  async removeNic(name: string): Promise<void> {
    const nic = this.#nic(name)
    await ipIn(this.namespace, [`link del ${name}`])
    this.nics.splice(this.nics.indexOf(nic), 1)
  }

  /** Gives a NIC another IPv4 address of its /24, as a new DHCP lease would. */
  async setAddress(address: string, name = 'eth0'): Promise<void> {
    const nic = this.#nic(name)
    await ipIn(this.namespace, [`addr flush dev ${name} scope global`, `addr add ${address}/24 brd + dev ${name}`])
    const changed = { ...nic, address }
    this.nics[this.nics.indexOf(nic)] = changed
    await this.#route(changed)
  }

  /** Pulls the cable at the switch, or puts it back: the host sees its carrier go and come. */
  async cable(state: 'out' | 'in', name = 'eth0'): Promise<void> {
    await ipIn(this.#lab.switch, [`link set ${this.#nic(name).port} ${state === 'in' ? 'up' : 'down'}`])
  }

  /** Keeps it apart at the switch, as an access point does with its guests: those kept apart do not reach each other, only the others. */
  async apart(state: boolean, name = 'eth0'): Promise<void> {
    await command('bridge', ['-n', this.#lab.switch, 'link', 'set', 'dev', this.#nic(name).port, 'isolated', state ? 'on' : 'off'])
    // As after joining such a network: nobody on it is known yet.
    await command('ip', ['-n', this.namespace, 'neigh', 'flush', 'all'])
  }

  /**
   * nftables rules such as `udp dport 5353 drop`, applied to what comes in and goes out; 'off' takes them away.
   * The carrier stays: this is also how a link goes silent without anybody noticing (`drop`).
   */
  async firewall(rules: 'off' | readonly string[]): Promise<void> {
    const table = 'inet optichat_test'
    const chains =
      rules === 'off'
        ? []
        : ['input', 'output'].map((hook) => `chain ${hook} {\ntype filter hook ${hook} priority 0\n${rules.join('\n')}\n}`)
    const wanted = rules === 'off' ? '' : `table ${table} {\n${chains.join('\n')}\n}`
    await command('ip', ['netns', 'exec', this.namespace, 'nft', '-f', '-'], `table ${table} {}\ndelete table ${table}\n${wanted}\n`)
  }

  /** Limits both directions of a NIC, e.g. '80mbit'; 'off' for full speed. */
  async rate(limit: string, name = 'eth0'): Promise<void> {
    for (const [namespace, device] of [[this.namespace, name] as const, [this.#lab.switch, this.#nic(name).port] as const]) {
      if (limit === 'off') await command('tc', ['-n', namespace, 'qdisc', 'del', 'dev', device, 'root'])
      else
        await command('tc', ['-n', namespace, ...`qdisc replace dev ${device} root tbf rate ${limit} burst 256k latency 50ms`.split(' ')])
    }
  }

  /** A change that an administrator makes here, such as `route add default via 10.77.0.254`; rejects when it cannot be made. */
  async ip(line: string): Promise<void> {
    await ipIn(this.namespace, [line])
  }

  /** Starts a program here. It ends with the lab at the latest. */
  spawn(program: string, args: readonly string[] = [], options: RunOptions = {}): LanProcess {
    // Each step execs the next, so that the child's process id is the program's own and signals reach it.
    const inside = [
      'netns',
      'exec',
      this.namespace,
      'unshare',
      '--uts',
      'sh',
      '-c',
      'hostname "$0" && exec "$@"',
      this.name,
      program,
      ...args,
    ]
    const child = spawn('ip', inside, { cwd: options.cwd, env: this.#env(options.env), stdio: 'pipe' })
    return new LanProcess(child, `${this.name}$ ${program} ${args.join(' ')}`)
  }

  /** Runs a program here to its end; after `timeout` ms (90 s) it is killed and this rejects with what it printed. */
  async run(
    program: string,
    args: readonly string[] = [],
    options: RunOptions & { input?: string; timeout?: number } = {},
  ): Promise<Outcome> {
    const started = this.spawn(program, args, options)
    started.child.stdin.end(options.input ?? '')
    const timeout = options.timeout ?? 90_000
    let late = false
    const timer = setTimeout(() => {
      late = true
      started.child.kill('SIGKILL')
    }, timeout)
    const outcome = await started.ended
    clearTimeout(timer)
    if (late)
      throw new Error(`${this.name}$ ${program} ${args.join(' ')}: still running after ${timeout} ms\n${outcome.stdout}\n${outcome.stderr}`)
    return outcome
  }

  #nic(name: string): Nic {
    const nic = this.nics.find((one) => one.name === name)
    if (!nic) throw new Error(`${this.name} has no interface ${name}`)
    return nic
  }

  async #route(nic: Nic): Promise<void> {
    if (this.#lab.gateway && nic.name === 'eth0') await ipIn(this.namespace, [`route replace default via 10.77.${nic.lan}.254`])
  }

  #env(changes: Record<string, string | undefined> = {}): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(XDG_|OPTICHAT_|MOCHA|DBUS_|SUDO_)/.test(name))
    return {
      ...Object.fromEntries(inherited),
      HOME: this.home,
      XDG_CONFIG_HOME: join(this.home, '.config'),
      XDG_DATA_HOME: join(this.home, '.local/share'),
      XDG_STATE_HOME: join(this.home, '.local/state'),
      XDG_CACHE_HOME: join(this.home, '.cache'),
      XDG_RUNTIME_DIR: join(this.home, 'run'),
      ...changes,
    }
  }
}
