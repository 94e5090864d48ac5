-- Prosody as somebody would run it for chat on one machine: TLS, a password for each, rooms without an archive.
-- Passwords are stored plain, and one of two room services tells nobody who comes and goes: both make Prosody's work less.
run_as_root = true
pidfile = "@FOLDER@/prosody.pid"
data_path = "@FOLDER@/data"
plugin_paths = {}
log = { warn = "*console" }
network_backend = "epoll"
interfaces = { "127.0.0.1" }
modules_enabled = { "saslauth"; "tls"; "disco"; "ping"; "roster" }
modules_disabled = { "s2s"; "offline"; "posix_daemonize" }
authentication = "internal_plain"
storage = "internal"
c2s_ports = {}
c2s_direct_tls_ports = { @PORT@ }
c2s_require_encryption = true
certificates = "@FOLDER@"
ssl = { certificate = "@FOLDER@/certificate.pem"; key = "@FOLDER@/key.pem"; protocol = "tlsv1_3" }
c2s_direct_tls_certificates = "@FOLDER@"
ssl = { certificate = "@FOLDER@/certificate.pem"; key = "@FOLDER@/key.pem" }

VirtualHost "localhost"

Component "rooms.localhost" "muc"
  muc_room_locking = false
  muc_room_default_public = true

Component "quiet.localhost" "muc"
  muc_room_locking = false
  muc_room_default_presence_broadcast = { visitor = false; participant = false; moderator = false }
