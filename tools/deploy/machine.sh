#!/usr/bin/env bash
# Part of `make test-deploy`: a whole machine, with systemd, installs the Debian package, and is used behind nginx and
# behind Apache, rebooted, upgraded, and cleaned up.
# shellcheck source=tools/deploy/common.sh
. "$(dirname "$0")/common.sh"
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
packages=$work/packages
mkdir "$packages"
# cargo-deb deletes other versions beside the one that it makes.
quietly tools/package.sh x86_64 aarch64
cp "$target"/debian/qrate_"$version"_*.deb "$packages/"
quietly env QRATE_DEB_VERSION="$version+upgrade" tools/package.sh x86_64
cp "$target/debian/qrate_$version+upgrade_amd64.deb" "$packages/"

echo 'the packages'
for arch in amd64 arm64; do
    deb=$packages/qrate_${version}_$arch.deb
    same "qrate $version $arch" "$(dpkg-deb --field "$deb" Package Version Architecture | cut -d' ' -f2 | xargs)" "$deb"
    same '' "$(dpkg-deb --ctrl-tarfile "$deb" | tar --list | grep conffiles || true)" "conffiles in $deb"
    seen "qrate_${version}_$arch.deb: $(du -h "$deb" | cut -f1)B"
done
machine_tree machine
booted machine
seen "a machine boots: Debian $(inside cat /etc/debian_version), $(inside systemctl --version | head -1)"
inside find / -xdev -not -path '/proc/*' -not -path '/sys/*' | sort > "$work/before"

echo 'installing'
# As cloud-init may have done before the package arrives.
mkdir "$work/machine/etc/qrate"
echo 'QRATE_ALLOWED_HOSTS=qrate.example.org' > "$work/machine/etc/qrate/qrate.env"
cp "$packages"/*_amd64.deb "$work/machine/root/"
install_package() {
    quietly inside apt-get install --yes "${@:2}" "/root/qrate_$1_amd64.deb"
}
install_package "$version"
# On the machine's own loopback, where the package has it listen.
answers() { inside curl --silent --fail --output /dev/null http://127.0.0.1:8080/readyz; }
within 20 answers
same QRATE_ALLOWED_HOSTS=qrate.example.org "$(cat "$work/machine/etc/qrate/qrate.env")" 'the settings written before'
process=$(inside systemctl show --property MainPID --value qrate)
same "$(inside id -u qrate)" "$(inside stat --format %u "/proc/$process")" 'the user that it runs as'
# shellcheck disable=SC2016
same 16384 "$(inside awk '/Max open files/ { print $5 }' "/proc/$process/limits")" 'its open files'
same '/var/lib/qrate' "$(inside readlink --canonicalize /var/lib/qrate)" 'its folder'
same disabled "$(inside systemctl is-enabled qrate-worker || true)" 'qrate-worker'
same enabled "$(inside systemctl is-enabled qrate)" 'qrate'
seen "it runs as qrate ($(inside id -u qrate)), enabled, with the settings that were there before it"
seen 'qrate-worker is disabled'
seen "systemd-analyze security: $(inside systemd-analyze security --no-pager qrate | tail -1 | sed 's/^[^O]*//')"
inside man --where qrate-serve > /dev/null
completions=$(inside bash -c '. /usr/share/bash-completion/completions/qrate; complete -p')
[[ $completions == *" qrate" ]] || fail "completions: $completions"
seen 'manual pages and completions are there'

# The lines of a proxy in docs/proxies.md: lines LANGUAGE
lines() { sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" docs/proxies.md | grep -v '^```'; }
through() {
    visited "http://$machine_address" --as qrate.example.org --photo
    ids+=("$id $text")
    seen "behind $1: $done"
}
ids=()
echo "behind the proxies, with the lines of docs/proxies.md"
lines nginx > "$work/machine/etc/nginx/conf.d/qrate.conf"
inside systemctl start nginx
through nginx
inside systemctl stop nginx
lines apache > "$work/machine/etc/apache2/sites-available/qrate.conf"
inside a2dissite --quiet 000-default
inside a2enmod --quiet proxy proxy_http
inside a2ensite --quiet qrate
inside systemctl start apache2
through Apache
inside systemctl enable --quiet apache2

echo 'the bucket is a folder'
inside useradd --groups qrate friend
inside curl --silent 'http://127.0.0.1:8080/qr?text=dropped&format=png' --output /tmp/dropped.png
inside chmod 644 /tmp/dropped.png
inside runuser --user friend -- cp /tmp/dropped.png /var/lib/qrate/bucket/
dropped() {
    curl --silent --fail --header 'Host: qrate.example.org' \
        "http://$machine_address/api/v1/spaces/main/entries?value=dropped" | grep -q '"total": *1'
}
within 20 dropped
seen 'a member of the group drops a picture into it: it is an entry'
for user in nobody friend; do
    if inside runuser --user "$user" -- touch /var/lib/qrate/x > /dev/null 2>&1; then fail "$user may write there"; fi
done
if inside runuser --user nobody -- ls /var/lib/qrate > /dev/null 2>&1; then fail 'everybody may look there'; fi

all_there() {
    local entry
    for entry in "${ids[@]}"; do
        # shellcheck disable=SC2086
        visit has "http://$machine_address" $entry --as qrate.example.org
    done
    seen "$1: ${#ids[@]} saves are there"
}

echo 'a reboot'
power_off
booted machine
visit until "http://$machine_address" --as qrate.example.org
all_there 'after the reboot'
through 'Apache after the reboot'

echo 'an upgrade'
before=$(inside systemctl show --property MainPID --value qrate)
install_package "$version+upgrade"
visit until "http://$machine_address" --as qrate.example.org
[ "$before" != "$(inside systemctl show --property MainPID --value qrate)" ] || fail 'the upgrade does not restart it'
# shellcheck disable=SC2016
same "$version+upgrade" "$(inside dpkg-query --show --showformat '${Version}' qrate)" 'the installed version'
all_there 'after the upgrade'
same QRATE_ALLOWED_HOSTS=qrate.example.org "$(cat "$work/machine/etc/qrate/qrate.env")" 'the settings after the upgrade'
same inactive "$(inside systemctl is-active qrate-worker || true)" 'qrate-worker after the upgrade'
same '' "$(inside journalctl --unit qrate --priority err --quiet --output cat)" 'errors in the journal'
install_package "$version" --allow-downgrades
visit until "http://$machine_address" --as qrate.example.org
all_there 'after going back'

echo 'removing'
quietly inside apt-get remove --yes qrate
same '' "$(inside pgrep --exact qrate || true)" 'processes after the removal'
quietly inside apt-get purge --yes qrate
grep -E '^qrate: .* is kept' "$work/said" | while read -r line; do seen "purge says: $line"; done
inside find / -xdev -not -path '/proc/*' -not -path '/sys/*' | sort > "$work/after"
# The proxies' settings and the packages in /root are this test's.
left=$(comm -13 "$work/before" "$work/after" | grep qrate |
    grep -vE '^/(var/lib/qrate|etc/qrate|root|etc/nginx|etc/apache2|var/lib/apache2)(/|$)' || true)
same '' "$left" 'what is left after a purge, besides data and settings'
install_package "$version"
visit until "http://$machine_address" --as qrate.example.org
all_there 'purged and installed again'
power_off
