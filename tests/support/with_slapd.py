#!/usr/bin/env python3
"""with_slapd.py COMMAND...: runs COMMAND beside an LDAP server of its own on free loopback ports, which is gone afterwards.
MUGAI_TEST_LDAP is "PORT TLS-PORT FOLDER"; the folder has ca.pem and the reader's password. Without slapd the command runs
without it."""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

SLAPD = shutil.which("slapd") or shutil.which("/usr/sbin/slapd")

# Binds with a name and no password succeed here, as they do with many servers: Mugai must not send any.
CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
allow bind_anon_cred
TLSCertificateFile {folder}/ca.pem
TLSCertificateKeyFile {folder}/key.pem
database mdb
suffix "dc=city,dc=example"
directory {folder}/data
maxsize 16777216
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=reader,dc=city,dc=example" read by * none
"""

ENTRIES = """
dn: dc=city,dc=example
objectClass: dcObject
objectClass: organization
o: city
dc: city

dn: cn=reader,dc=city,dc=example
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: reader-secret

dn: ou=people,dc=city,dc=example
objectClass: organizationalUnit
ou: people

dn: ou=schools,dc=city,dc=example
objectClass: organizationalUnit
ou: schools

dn: uid=suzuki,ou=people,dc=city,dc=example
objectClass: inetOrgPerson
uid: suzuki
cn: suzuki
sn: suzuki
displayName: 鈴木 花子
userPassword: password-of-suzuki

dn: uid=sato,ou=people,dc=city,dc=example
objectClass: inetOrgPerson
uid: sato
cn: sato
sn: sato
userPassword: password-of-sato

dn: cn=Yamada\\, Taro (Kaikei) *,ou=people,dc=city,dc=example
objectClass: inetOrgPerson
uid: yamada
cn: Yamada, Taro (Kaikei) *
sn: yamada
userPassword: password-of-yamada

dn: uid=tanaka,ou=people,dc=city,dc=example
objectClass: inetOrgPerson
uid: tanaka
cn: tanaka
sn: tanaka
userPassword: password-of-tanaka

dn: uid=twin,ou=people,dc=city,dc=example
objectClass: inetOrgPerson
uid: twin
cn: twin
sn: twin
userPassword: password-of-twin

dn: uid=twin,ou=schools,dc=city,dc=example
objectClass: inetOrgPerson
uid: twin
cn: twin
sn: twin
userPassword: password-of-twin

dn: cn=operators,dc=city,dc=example
objectClass: groupOfNames
cn: operators
member: uid=suzuki,ou=people,dc=city,dc=example
member: cn=Yamada\\, Taro (Kaikei) *,ou=people,dc=city,dc=example

dn: cn=auditors,dc=city,dc=example
objectClass: posixGroup
cn: auditors
gidNumber: 1000
memberUid: sato
memberUid: suzuki
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def start(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mugai-ldap-"))
        self.process = None
        (self.folder / "data").mkdir()
        (self.folder / "slapd.conf").write_text(CONFIG.format(folder=self.folder))
        (self.folder / "entries.ldif").write_text(ENTRIES, encoding="utf-8")
        (self.folder / "reader").write_text("reader-secret\n")
        os.chmod(self.folder / "reader", 0o600)
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=Mugai test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.folder / "key.pem",
                        "-out", self.folder / "ca.pem"], **quiet)
        subprocess.run([SLAPD, "-T", "add", "-f", self.folder / "slapd.conf", "-l", self.folder / "entries.ldif"], **quiet)
        ports = free_port(), free_port()
        self.process = subprocess.Popen(
            [SLAPD, "-f", self.folder / "slapd.conf", "-d", "0", "-h", f"ldap://127.0.0.1:{ports[0]}/ ldaps://127.0.0.1:{ports[1]}/"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while not all(map(self.listens, ports)):
            if time.monotonic() > end or self.process.poll() is not None:
                raise SystemExit("slapd did not start")
            time.sleep(0.05)
        return f"{ports[0]} {ports[1]} {self.folder}"

    @staticmethod
    def listens(port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    environment = dict(os.environ)
    server = Server() if SLAPD else None
    try:
        if server:
            environment["MUGAI_TEST_LDAP"] = server.start()
        return subprocess.run(sys.argv[1:], env=environment).returncode
    finally:
        if server:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
