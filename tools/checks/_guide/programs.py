"""Know the programs that guides start, to tell a command from its output and from prose where no label says so."""

from __future__ import annotations

import re2

_PROGRAMS = frozenset(
    # files and text
    " cat cp mv rm ln ls mkdir rmdir touch chmod chown chgrp tee sed awk gawk grep egrep rg head tail cut sort uniq wc tr"
    " xargs find stat file"
    " diff patch tar gzip gunzip zcat bzip2 xz zip unzip 7z dd df du mount umount mkfs mkfs.ext4 mkfs.xfs lsblk blkid rsync"
    " scp sftp less more"
    " echo printf read cd pwd pushd popd export source set unset alias eval exec exit test true umask ulimit envsubst base64"
    " sha256sum md5sum"
    " sha1sum sha512sum shasum openssl gpg gpg2 ssh-keygen ssh-keyscan ssh-copy-id ssh-add uuidgen xxd hexdump jq yq vim vi"
    " nano nvim"
    # hosts
    " sudo su doas env nice nohup time timeout watch sleep kill pkill killall ps top htop free uptime uname hostname"
    " hostnamectl timedatectl"
    " date id whoami groups getent useradd adduser usermod userdel groupadd addgroup passwd chpasswd visudo loginctl login"
    " crontab at"
    " systemctl journalctl service update-rc.d chkconfig rc-service rc-update sysctl modprobe lsmod dmesg swapon swapoff"
    " fallocate mkswap"
    " locale-gen update-alternatives dpkg-reconfigure debconf-set-selections reboot shutdown localectl semanage setsebool"
    " restorecon setenforce"
    " chcon growpart resize2fs pvcreate vgcreate lvcreate lvextend mdadm zfs zpool fdisk parted wipefs logrotate fail2ban-client"
    " chattr setfacl"
    # networks
    " curl wget ping ping6 traceroute dig nslookup host nc ncat netstat ss ip ifconfig route arp tcpdump nmap telnet ssh ufw"
    " firewall-cmd"
    " iptables ip6tables iptables-save nft ipset wg wg-quick tailscale cloudflared ngrok certbot acme.sh step mkcert lego"
    " htpasswd nginx apachectl"
    " apache2ctl a2ensite a2dissite a2enmod a2dismod haproxy caddy traefik varnishadm postconf postfix postmap newaliases"
    " doveadm rspamadm"
    # packages and builds
    " apt apt-get apt-key apt-cache add-apt-repository dpkg aptitude yum dnf rpm zypper pacman apk snap flatpak brew port"
    " emerge pkg choco winget"
    " nix nix-env nix-shell pip pip3 pipx uv poetry conda python python3 virtualenv node npm npx yarn pnpm corepack nvm n bun"
    " deno ruby gem bundle"
    " bundler rake rails rbenv php composer artisan perl cpan cpanm java javac mvn mvnw gradle gradlew sbt go cargo rustup"
    " rustc gcc g++ cc make"
    " cmake configure ninja meson dotnet mix elixir erl iex lein swift git svn hg gh glab hub git-lfs asdf mise direnv task"
    " just bazel"
    # containers and clusters
    " docker docker-compose docker-machine dockerd podman podman-compose buildah skopeo nerdctl ctr crictl containerd runc"
    " trivy grype syft cosign"
    " kubectl oc helm helmfile kustomize k3s k3d k0s kind minikube microk8s kubeadm kubelet etcdctl etcdutl istioctl linkerd"
    " cilium calicoctl velero"
    " argocd flux kubeseal stern k9s kubectx kubens krew eksctl kops rke rke2 talosctl crane oras virtctl vault consul nomad"
    " packer vagrant"
    " terraform tofu terragrunt pulumi ansible ansible-playbook ansible-galaxy ansible-vault salt puppet chef sops age"
    " age-keygen promtool amtool"
    # clouds
    " aws gcloud gsutil bq az doctl heroku flyctl fly vercel netlify railway hcloud linode-cli scw openstack oci ibmcloud cf"
    " exo civo sam cdk s3cmd"
    " mc rclone restic borg borgmatic duplicity kopia wrangler firebase supabase ceph rbd rados radosgw-admin cephadm"
    # data stores
    " psql pg_dump pg_dumpall pg_restore pg_basebackup pg_upgrade pg_ctl pg_ctlcluster pg_lsclusters pg_isready createdb"
    " dropdb createuser dropuser"
    " initdb pgbench mysql mysqldump mysqladmin mysqlcheck mysql_secure_installation mariadb mariadb-dump mongo mongosh"
    " mongodump mongorestore"
    " redis-cli redis-server valkey-cli sqlite3 clickhouse-client cqlsh nodetool kafka-topics rabbitmqctl rabbitmq-plugins"
    " influx cockroach"
    # screens and queues
    " sh bash zsh dash fish mysql_upgrade mysqlimport mysqlbinlog barman pgbackrest wal-g patronictl pgbouncer chroot nsenter"
    " ip6tables-save"
    " tmux screen supervisorctl pm2 gunicorn uvicorn uwsgi celery puma sidekiq unicorn foreman honcho tootctl occ pct qm pveam".split()
)
# programs that are English words too: what follows them decides
_WORDS = frozenset(
    " make find install test time sort read which cut join date at kill stat split watch set export mount service top host"
    " file more less go node"
    " task just step port port n head tail patch route task true source at login screen host pulumi chef salt fly age exec"
    " exit just step buck"
    " free groups screen supervisor configure sleep touch echo update cat time kind flux step".split()
)
_KEYWORDS = frozenset("for while until if case function select [ [[ { (".split())
_PROSE = frozenset(
    " the a an your you that this these those it is are was be to and or of in for on by all any each every sure we from with"
    " as if when must"
    " should can will not no more than".split()
)
_ASSIGNED = re2.compile(r"^[A-Za-z_]\w*=\S*$")
_PATH = re2.compile(
    r"^(?:\./|\.\./|~/|/)[\w.@%+/-]*[\w+-]$"
    r"|^(?:bin|(?:\w+-)*scripts?|vendor/bin|sbin|tools|node_modules/\.bin)/[\w./-]+$"
)
_SYNOPSIS = re2.compile(r"\[(?:flags|options|OPTIONS|command|COMMAND|args|global options|--[\w-]+)[^\]]*\]")
_FAR = 4_000  # characters of a line within which its program stands
_BEFORE = frozenset("sudo doas time nohup command env exec".split())


def starts_program(line: str) -> bool:
    """Say whether a line starts a program, or a shell keyword, that guides are known to start; a sentence or a synopsis does not."""
    words = line[:_FAR].split()
    assigned = bool(words) and bool(_ASSIGNED.match(words[0]))
    while words and (_ASSIGNED.match(words[0]) or words[0] in _BEFORE or (words[0].startswith("-") and len(words) > 1)):
        words = words[1:]
    if not words:
        return assigned and line.strip().partition("=")[0].isidentifier()
    if _SYNOPSIS.search(line) and words[0] not in _KEYWORDS:
        return False
    name = words[0].rstrip(";")
    if name in _KEYWORDS:
        return name not in ("for", "if", "while", "case", "until", "select", "function") or _closes(line, name)
    if _PATH.match(name):
        return not name.endswith((".md", ".txt", ".yml", ".yaml", ".json", ".conf", "/")) and ": " not in line[: len(name) + 2]
    if name.rpartition("/")[2] not in _PROGRAMS:
        return False
    following = words[1].lower().strip(",.;:") if len(words) > 1 else ""
    return not (name in _WORDS and (following in _PROSE or (len(words) == 1 and name not in ("make", "date", "top", "free"))))


def is_assignment(line: str) -> bool:
    """Say whether a line does nothing but give variables values."""
    words = line[:_FAR].split()
    return bool(words) and all(_ASSIGNED.match(word) for word in words)


def looks_like_call(line: str) -> bool:
    """Say whether a line looks like a call of a program that nobody lists: a lower-case name with an option or few words."""
    words = line.split()
    if not words or not re2.match(r"^[a-z][\w.+-]*$|^\./\S+$|^[\w.-]+/[\w./-]+$", words[0]) or _SYNOPSIS.search(line):
        return False
    if any(word in _PROSE for word in words[1:4]) or line.rstrip().endswith((".", ",")) or words[1:2] in (["="], [":"], ["=>"]):
        return False
    return any(word.startswith("-") and len(word) > 1 for word in words[1:]) or len(words) <= 4


def _closes(line: str, keyword: str) -> bool:
    """Say whether a line that starts with a keyword goes on as the shell does, not as a sentence."""
    if keyword == "for":
        return bool(re2.match(r"^\s*for\s+(?:\(\(|\w+\s+in\b|\w+\s*;)", line))
    if keyword == "function":
        return "{" in line
    if keyword in ("case", "select"):
        return bool(re2.search(r"\sin\b", line))
    return bool(re2.search(r"[;\[!(]|\$|\bdo\b|\bthen\b", line)) or line.split()[1:2] == ["true"]
